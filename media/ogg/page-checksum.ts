import { crc32 } from '../crc32.ts';

const CHECKSUM_OFFSET = 22;
const CHECKSUM_BYTES = 4;

/** Returns whether the checksum in a page is that of its bytes, among which it counts as zero: RFC 3533, 6, field 7. */
export function hasPageChecksum(page: Uint8Array): boolean {
  const before = crc32(page.subarray(0, CHECKSUM_OFFSET), 0);
  const value = crc32(page.subarray(CHECKSUM_OFFSET + CHECKSUM_BYTES), crc32(new Uint8Array(CHECKSUM_BYTES), before));
  const stated = Buffer.from(page.buffer, page.byteOffset, page.byteLength).readUInt32LE(CHECKSUM_OFFSET);
  return value === stated;
}
