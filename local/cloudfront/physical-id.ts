import { createHash } from 'node:crypto';
import type { Resource } from '../cloud/resource.ts';

/** An id as CloudFront gives them, such as `E2QWRUHAPOMQZL`: the same at every start for the same resource. */
export function physicalId(prefix: string, { stack, logicalId, type }: Resource): string {
  const digest = createHash('sha256').update(`${type}\n${stack}\n${logicalId}`).digest('hex');
  return `${prefix}${BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, 13)}`;
}

/** A UUID, as policies have for an id. */
export function physicalUuid({ stack, logicalId, type }: Resource): string {
  const digest = createHash('sha256').update(`${type}\n${stack}\n${logicalId}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
