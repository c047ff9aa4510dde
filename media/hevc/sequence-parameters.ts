import { BitReader } from '../avc/bit-reader.ts';
import { withoutEmulationPrevention } from '../avc/emulation-prevention.ts';
import type { StatedPicture } from '../picture/picture.ts';

const SEQUENCE_PARAMETERS = 33;
const PROFILE_BITS = 88;
const EXTENDED_ASPECT = 255;
/** Maximum numbers of reference picture sets and of pictures in one: ITU-T H.265, 7.4.3.2.1 and 7.4.8. */
const MAX_SETS = 64;
const MAX_SET_PICTURES = 16;
/** Pixel aspects by `aspect_ratio_idc`: ITU-T H.265, Table E.1. */
const ASPECTS: readonly (readonly [number, number])[] = [
  [0, 0], [1, 1], [12, 11], [10, 11], [16, 11], [40, 33], [24, 11], [20, 11], [32, 11], [80, 33], [18, 11], [15, 11], [64, 33],
  [160, 99], [4, 3], [3, 2], [2, 1],
];

/**
 * Reads the picture after cropping from a sequence parameter set: ITU-T H.265, 7.3.2.2.1 and E.2.1.
 *
 * @param unit the NAL unit, its header first
 * @returns undefined for a unit of another type or an impossible frame size
 */
export function hevcPicture(unit: Uint8Array): StatedPicture | undefined {
  if ((((unit[0] ?? 0) >> 1) & 0x3f) !== SEQUENCE_PARAMETERS) return undefined;
  const reader = new BitReader(withoutEmulationPrevention(unit.subarray(2)));
  reader.bits(4);
  const subLayers = reader.bits(3);
  reader.bits(1);
  skipProfileAndLevel(reader, subLayers);
  reader.unsigned();
  const chroma = reader.unsigned();
  if (chroma === 3) reader.bits(1);
  const [codedWidth, codedHeight] = [reader.unsigned(), reader.unsigned()];
  const [left, right, top, bottom] = reader.flag()
    ? [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.unsigned()]
    : [0, 0, 0, 0];
  // Units of cropping: Table 6-1.
  const width = codedWidth - (chroma === 1 || chroma === 2 ? 2 : 1) * (left + right);
  const height = codedHeight - (chroma === 1 ? 2 : 1) * (top + bottom);
  if (width <= 0 || height <= 0 || width > 16_384 || height > 16_384) return undefined;
  return { width, height, ...(skipToUsability(reader, subLayers) ? readUsability(reader) : {}) };
}

/** Skips 7.3.3. Each sub-layer says whether it has a profile and a level of its own. */
function skipProfileAndLevel(reader: BitReader, subLayers: number): void {
  reader.bits(PROFILE_BITS + 8);
  const present = Array.from({ length: subLayers }, () => [reader.flag(), reader.flag()]);
  if (subLayers > 0) reader.bits(2 * (8 - subLayers));
  for (const [profile, level] of present) reader.bits((profile === true ? PROFILE_BITS : 0) + (level === true ? 8 : 0));
}

/** Skips what stands between the cropping and the video usability information. Returns whether there is any. */
function skipToUsability(reader: BitReader, subLayers: number): boolean {
  skipNumbers(reader, 2);
  const orderBits = reader.unsigned() + 4;
  skipNumbers(reader, 3 * (reader.flag() ? subLayers + 1 : 1));
  skipNumbers(reader, 6);
  if (reader.flag() && reader.flag()) skipScalingLists(reader);
  reader.bits(2);
  if (reader.flag()) {
    reader.bits(8);
    skipNumbers(reader, 2);
    reader.bits(1);
  }
  if (!skipReferenceSets(reader)) return false;
  if (reader.flag()) {
    for (let count = Math.min(32, reader.unsigned()); count > 0; count -= 1) reader.bits(orderBits + 1);
  }
  reader.bits(2);
  return reader.flag();
}

function skipNumbers(reader: BitReader, count: number): void {
  for (let index = 0; index < count; index += 1) reader.unsigned();
}

/** Skips 7.3.4 Scaling list data syntax. */
function skipScalingLists(reader: BitReader): void {
  for (let size = 0; size < 4; size += 1) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!reader.flag()) reader.unsigned();
      else skipNumbers(reader, Math.min(64, 1 << (4 + (size << 1))) + (size > 1 ? 1 : 0));
    }
  }
}

/** Skips 7.3.7 Short-term reference picture set syntax of each set. Returns whether their numbers are possible. */
function skipReferenceSets(reader: BitReader): boolean {
  const sets = reader.unsigned();
  if (sets > MAX_SETS) return false;
  let pictures = 0;
  for (let set = 0; set < sets; set += 1) {
    if (set > 0 && reader.flag()) {
      reader.bits(1);
      reader.unsigned();
      let count = 0;
      for (let index = 0; index <= pictures; index += 1) if (reader.flag() || reader.flag()) count += 1;
      pictures = count;
    } else {
      pictures = reader.unsigned() + reader.unsigned();
      if (pictures > MAX_SET_PICTURES) return false;
      for (let index = 0; index < pictures; index += 1) {
        reader.unsigned();
        reader.bits(1);
      }
    }
  }
  return true;
}

/** Reads E.2.1 up to the colors. */
function readUsability(reader: BitReader): Omit<StatedPicture, 'width' | 'height'> {
  const aspect = reader.flag() ? reader.bits(8) : 0;
  const [horizontal, vertical] = aspect === EXTENDED_ASPECT ? [reader.bits(16), reader.bits(16)] : (ASPECTS[aspect] ?? [0, 0]);
  if (reader.flag()) reader.bits(1);
  const color = reader.flag() ? readColor(reader) : {};
  return { ...(horizontal > 0 && vertical > 0 ? { pixelAspect: { horizontal, vertical } } : {}), ...color };
}

function readColor(reader: BitReader): Pick<StatedPicture, 'fullRange' | 'codePoints'> {
  reader.bits(3);
  const fullRange = reader.flag();
  if (!reader.flag()) return { fullRange };
  return { fullRange, codePoints: { primaries: reader.bits(8), transfer: reader.bits(8), matrix: reader.bits(8) } };
}
