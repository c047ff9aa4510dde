const POLYNOMIAL = 0x04_c1_1d_b7;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 0x80_00_00_00) === 0 ? value << 1 : (value << 1) ^ POLYNOMIAL;
  return value;
});

/**
 * Continues a checksum over bytes, highest bits first, without a final inversion.
 *
 * @param initial value before the bytes: all ones for tables of transport streams (ISO/IEC 13818-1, Annex A), 0 for Ogg (RFC 3533,
 *   6, field 7)
 */
export function crc32(bytes: Uint8Array, initial: number): number {
  let value = initial;
  for (const byte of bytes) value = (value << 8) ^ (TABLE[((value >>> 24) ^ byte) & 0xff] ?? 0);
  return value >>> 0;
}
