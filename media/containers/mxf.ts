import type { ByteSource } from '../byte-source.ts';

/** A partition pack's key up to what tells header, body and footer apart: SMPTE ST 377-1, 7.1. */
const PARTITION_KEY = Buffer.from('060e2b34020501010d010201', 'hex');
const KEY_BYTES = 16;
const MAX_RUN_IN = 65_536;
const HEADER_PARTITION = 2;

/**
 * Where the footer begins that the header announces. The file goes on after it, so one that ends there is cut off too.
 *
 * @returns undefined where the header was written before the footer's place was known
 */
export async function mxfEnd(source: ByteSource): Promise<number | undefined> {
  const bytes = Buffer.from(await source.read(0, MAX_RUN_IN + 256));
  const runIn = bytes.indexOf(PARTITION_KEY);
  if (runIn < 0 || bytes[runIn + 13] !== HEADER_PARTITION) return undefined;
  const lengthByte = bytes[runIn + KEY_BYTES] ?? 0;
  const valueAt = runIn + KEY_BYTES + 1 + (lengthByte & 0x80 ? lengthByte & 0x7f : 0);
  // Version, KAG size, this and the previous partition stand before it: 7.1, Table 5.
  const footerAt = valueAt + 24;
  if (bytes.length < footerAt + 8) return undefined;
  const footer = Number(bytes.readBigUInt64BE(footerAt));
  return footer === 0 ? undefined : runIn + footer + KEY_BYTES;
}
