import type { ByteSource } from '../byte-source.ts';

/** Beginning of a partition pack's key, up to the byte that distinguishes header, body and footer: SMPTE ST 377-1, 7.1. */
export const MXF_PARTITION_KEY = Buffer.from('060e2b34020501010d010201', 'hex');
const KEY_BYTES = 16;
/** Limit of the run-in before the first partition pack: SMPTE ST 377-1, 6.4. */
const MAX_RUN_IN = 65_536;
const HEADER_PARTITION = 2;

/**
 * Returns the end of the key with which the footer begins, at the position that the header declares. A file that ends where
 * the footer begins is cut off, too.
 *
 * @returns undefined if the header was written before the position of the footer was known
 */
export async function mxfEnd(source: ByteSource): Promise<number | undefined> {
  const bytes = Buffer.from(await source.read(0, MAX_RUN_IN + 256));
  const runIn = bytes.indexOf(MXF_PARTITION_KEY);
  if (runIn < 0 || bytes[runIn + 13] !== HEADER_PARTITION) return undefined;
  const lengthByte = bytes[runIn + KEY_BYTES] ?? 0;
  const valueAt = runIn + KEY_BYTES + 1 + (lengthByte & 0x80 ? lengthByte & 0x7f : 0);
  // The footer's position follows the version, the KAG size and the positions of this and the previous partition: 7.1, Table 5.
  const footerAt = valueAt + 24;
  if (bytes.length < footerAt + 8) return undefined;
  const footer = Number(bytes.readBigUInt64BE(footerAt));
  return footer === 0 ? undefined : runIn + footer + KEY_BYTES;
}
