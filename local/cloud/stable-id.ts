import { createHash } from 'node:crypto';

/** Returns up to 64 lower-case hexadecimal digits, the same for the same text at every start. */
export function stableHex(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** Returns an id in the form of a UUID, the same for the same text at every start. */
export function stableUuid(text: string): string {
  return stableHex(text, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
