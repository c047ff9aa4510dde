import { stableHex } from '../cloud/stable-id.ts';

/** The unique id that IAM would have given the role. */
export function roleId(roleArn: string): string {
  return `AROA${stableHex(roleArn, 17).toUpperCase()}`;
}
