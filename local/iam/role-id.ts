import { stableHex } from '../cloud/stable-id.ts';

/** The unique id that IAM would have given the role. */
export const roleId = (roleArn: string): string => `AROA${stableHex(roleArn, 17).toUpperCase()}`;
