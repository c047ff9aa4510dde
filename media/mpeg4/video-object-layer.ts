import { BitReader } from '../avc/bit-reader.ts';
import type { Picture } from '../picture/picture.ts';

/** Pixel aspects by `aspect_ratio_info`: ISO/IEC 14496-2, Table 6-12. */
const ASPECTS: Readonly<Record<number, readonly [number, number]>> = { 1: [1, 1], 2: [12, 11], 3: [10, 11], 4: [16, 11], 5: [40, 33] };
const EXTENDED_ASPECT = 15;
const [RECTANGULAR, GRAYSCALE] = [0, 3];

/**
 * Reads the picture from a video object layer: ISO/IEC 14496-2, 6.2.3.
 *
 * @param unit the unit, beginning with the last byte of its start code
 * @returns undefined for another unit and for a layer that is not rectangular
 */
export function mpeg4Picture(unit: Uint8Array): Picture | undefined {
  if (((unit[0] ?? 0) & 0xf0) !== 0x20) return undefined;
  const reader = new BitReader(unit.subarray(1, 64));
  reader.bits(1 + 8);
  const isIdentified = reader.flag();
  const version = isIdentified ? reader.bits(4) : 1;
  if (isIdentified) reader.bits(3);
  const aspect = reader.bits(4);
  const [horizontal, vertical] = aspect === EXTENDED_ASPECT ? [reader.bits(8), reader.bits(8)] : (ASPECTS[aspect] ?? [0, 0]);
  if (reader.flag()) {
    reader.bits(3);
    if (reader.flag()) [32, 32, 15].forEach((bits) => reader.bits(bits));
  }
  const shape = reader.bits(2);
  if (shape === GRAYSCALE && version !== 1) reader.bits(4);
  reader.bits(1);
  const resolution = reader.bits(16);
  reader.bits(1);
  if (reader.flag()) reader.bits(Math.max(1, Math.ceil(Math.log2(resolution))));
  if (shape !== RECTANGULAR) return undefined;
  reader.bits(1);
  const width = reader.bits(13);
  reader.bits(1);
  const height = reader.bits(13);
  if (width === 0 || height === 0) return undefined;
  return { width, height, ...(horizontal > 0 && vertical > 0 ? { pixelAspect: { horizontal, vertical } } : {}) };
}
