import { BitReader } from '../avc/bit-reader.ts';
import type { CodePoints } from '../color/code-points.ts';
import type { StatedPicture } from '../picture/picture.ts';

// AV1 Bitstream & Decoding Process Specification, version 1.0.0 with Errata 1.

const SEQUENCE_HEADER = 1;
/** sRGB, which is always full range: 6.4.2. */
const SRGB: CodePoints = { primaries: 1, transfer: 13, matrix: 0 };
const SELECT = 2;

/**
 * Reads the picture from the first sequence header in a series of open bitstream units with sizes: 5.3 and 5.5. Frames may
 * be smaller than it states, but are shown at its size.
 */
export function av1Picture(bytes: Uint8Array): StatedPicture | undefined {
  for (let at = 0; at < bytes.length; ) {
    const header = bytes[at] ?? 0;
    const [hasExtension, hasSize] = [(header & 4) !== 0, (header & 2) !== 0];
    const size = hasSize ? readLeb128(bytes, at + (hasExtension ? 2 : 1)) : undefined;
    const start = size?.next ?? at + (hasExtension ? 2 : 1);
    const end = size === undefined ? bytes.length : start + size.value;
    if ((header & 0x80) !== 0) return undefined;
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return readSequence(new BitReader(bytes.subarray(start, end)));
    at = end;
  }
  return undefined;
}

/** Reads 4.10.5. */
function readLeb128(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) return { value, next: at + index + 1 };
  }
  return { value, next: at + 8 };
}

/** Reads 5.5.1 General sequence header OBU syntax. */
function readSequence(reader: BitReader): StatedPicture {
  const profile = reader.bits(3);
  reader.bits(1);
  const isReduced = reader.flag();
  if (isReduced) reader.bits(5);
  else skipOperatingPoints(reader);
  const [widthBits, heightBits] = [reader.bits(4) + 1, reader.bits(4) + 1];
  const [width, height] = [reader.bits(widthBits) + 1, reader.bits(heightBits) + 1];
  if (!isReduced && reader.flag()) reader.bits(4 + 3);
  reader.bits(3);
  if (!isReduced) skipTools(reader);
  reader.bits(3);
  return { width, height, ...readColor(reader, profile) };
}

function skipOperatingPoints(reader: BitReader): void {
  let delayBits: number | undefined;
  if (reader.flag()) {
    reader.bits(32);
    reader.bits(32);
    if (reader.flag()) reader.unsigned();
    if (reader.flag()) {
      delayBits = reader.bits(5) + 1;
      reader.bits(32);
      reader.bits(10);
    }
  }
  const statesDelay = reader.flag();
  for (let count = reader.bits(5) + 1; count > 0; count -= 1) {
    reader.bits(12);
    if (reader.bits(5) > 7) reader.bits(1);
    if (delayBits !== undefined && reader.flag()) {
      reader.bits(delayBits);
      reader.bits(delayBits);
      reader.bits(1);
    }
    if (statesDelay && reader.flag()) reader.bits(4);
  }
}

function skipTools(reader: BitReader): void {
  reader.bits(4);
  const hasOrder = reader.flag();
  if (hasOrder) reader.bits(2);
  const screenContent = reader.flag() ? SELECT : reader.bits(1);
  if (screenContent > 0 && !reader.flag()) reader.bits(1);
  if (hasOrder) reader.bits(3);
}

/** Reads 5.5.2 Color config syntax up to the range. */
function readColor(reader: BitReader, profile: number): Pick<StatedPicture, 'fullRange' | 'codePoints'> {
  const isHigh = reader.flag();
  if (profile === 2 && isHigh) reader.bits(1);
  const isMonochrome = profile !== 1 && reader.flag();
  const codePoints = reader.flag()
    ? { primaries: reader.bits(8), transfer: reader.bits(8), matrix: reader.bits(8) }
    : undefined;
  const isRgb = !isMonochrome && codePoints !== undefined && isSameColorSpace(codePoints, SRGB);
  return { fullRange: isRgb || reader.flag(), codePoints };
}

function isSameColorSpace(one: CodePoints, other: CodePoints): boolean {
  return one.primaries === other.primaries && one.transfer === other.transfer && one.matrix === other.matrix;
}
