import type { CodePoints } from '../color/code-points.ts';
import { rational, type Rational } from '../rational.ts';
import { BitReader } from './bit-reader.ts';
import { withoutEmulationPrevention } from './emulation-prevention.ts';

/** Properties that a sequence parameter set states for every frame. */
export interface AvcSequence {
  /** Pixels after cropping. */
  readonly width: number;
  readonly height: number;
  /** Absent if not stated. */
  readonly pixelAspect?: { readonly horizontal: number; readonly vertical: number };
  /** Frames per second; absent if not stated. */
  readonly frameRate?: Rational;
  /** Absent if not stated; the code points may be missing alone. */
  readonly color?: { readonly fullRange: boolean; readonly codePoints?: CodePoints };
  readonly mayBeInterlaced: boolean;
  readonly bitDepth: number;
  /** `chroma_format_idc`: 0 for gray, 1 for 4:2:0, 2 for 4:2:2, 3 for 4:4:4. */
  readonly chromaFormat: number;
}

/** Profiles whose parameter set states chroma format and bit depth: ITU-T H.264, 7.3.2.1.1. */
const HIGH_PROFILES: ReadonlySet<number> = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244]);

/** ITU-T H.264, Table E-1, by `aspect_ratio_idc`. */
const ASPECTS: readonly (readonly [number, number])[] = [
  [0, 0], [1, 1], [12, 11], [10, 11], [16, 11], [40, 33], [24, 11], [20, 11], [32, 11], [80, 33], [18, 11], [15, 11],
  [64, 33], [160, 99], [4, 3], [3, 2], [2, 1],
];
const EXTENDED_ASPECT = 255;

/**
 * Reads a sequence parameter set: ITU-T H.264, 7.3.2.1.1 and E.1.1.
 *
 * @param unit the NAL unit, its header byte first
 * @returns undefined for a unit of another type or an impossible frame size
 */
export function parseAvcSequence(unit: Uint8Array): AvcSequence | undefined {
  if (((unit[0] ?? 0) & 0x1f) !== 7) return undefined;
  const reader = new BitReader(withoutEmulationPrevention(unit.subarray(1)));
  const profile = reader.bits(8);
  reader.bits(16);
  reader.unsigned();
  const { chroma, bitDepth } = HIGH_PROFILES.has(profile) ? readHighProfile(reader) : { chroma: 1, bitDepth: 8 };
  reader.unsigned();
  skipPictureOrder(reader);
  reader.unsigned();
  reader.bits(1);
  const codedWidth = 16 * (reader.unsigned() + 1);
  const mapHeight = 16 * (reader.unsigned() + 1);
  const framesOnly = reader.flag();
  if (!framesOnly) reader.bits(1);
  reader.bits(1);
  const fields = framesOnly ? 1 : 2;
  const [left, right, top, bottom] = reader.flag()
    ? [reader.unsigned(), reader.unsigned(), reader.unsigned(), reader.unsigned()]
    : [0, 0, 0, 0];
  // Units of cropping: equations 7-19 to 7-22.
  const across = chroma === 1 || chroma === 2 ? 2 : 1;
  const down = (chroma === 1 ? 2 : 1) * fields;
  const width = codedWidth - across * (left + right);
  const height = mapHeight * fields - down * (top + bottom);
  if (width <= 0 || height <= 0 || width > 16_384 || height > 16_384) return undefined;
  const usability = reader.flag() ? readUsability(reader) : {};
  return { width, height, ...usability, mayBeInterlaced: !framesOnly, bitDepth, chromaFormat: chroma };
}

function readHighProfile(reader: BitReader): { chroma: number; bitDepth: number } {
  const chroma = reader.unsigned();
  if (chroma === 3) reader.bits(1);
  const bitDepth = 8 + reader.unsigned();
  reader.unsigned();
  reader.bits(1);
  if (reader.flag())
    for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1)
      if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64);
  return { chroma, bitDepth };
}

function skipScalingList(reader: BitReader, size: number): void {
  let next = 8;
  for (let index = 0; index < size && next !== 0 && !reader.isAtEnd; index += 1)
    next = (next + reader.signed() + 256) % 256;
}

function skipPictureOrder(reader: BitReader): void {
  const type = reader.unsigned();
  if (type === 0) reader.unsigned();
  if (type !== 1) return;
  reader.bits(1);
  reader.signed();
  reader.signed();
  const cycle = reader.unsigned();
  for (let index = 0; index < cycle && !reader.isAtEnd; index += 1) reader.signed();
}

/** Reads the video usability information up to the frame rate: E.1.1. */
function readUsability(reader: BitReader): Pick<AvcSequence, 'pixelAspect' | 'color' | 'frameRate'> {
  let stated: Pick<AvcSequence, 'pixelAspect' | 'color'> = {};
  if (reader.flag()) {
    const id = reader.bits(8);
    const [horizontal = 0, vertical = 0] =
      id === EXTENDED_ASPECT ? [reader.bits(16), reader.bits(16)] : (ASPECTS[id] ?? []);
    if (horizontal > 0 && vertical > 0) stated = { pixelAspect: { horizontal, vertical } };
  }
  if (reader.flag()) reader.bits(1);
  if (reader.flag()) {
    reader.bits(3);
    const fullRange = reader.flag();
    const codePoints = reader.flag()
      ? { primaries: reader.bits(8), transfer: reader.bits(8), matrix: reader.bits(8) }
      : undefined;
    stated = { ...stated, color: { fullRange, ...(codePoints === undefined ? {} : { codePoints }) } };
  }
  if (reader.flag()) {
    reader.unsigned();
    reader.unsigned();
  }
  if (!reader.flag()) return stated;
  const [ticks, scale] = [reader.bits(32), reader.bits(32)];
  // A frame takes two ticks, one for each field that it could have.
  return ticks > 0 && scale > 0 ? { ...stated, frameRate: rational(scale, 2 * ticks) } : stated;
}
