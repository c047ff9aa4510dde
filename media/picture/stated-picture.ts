import { BitReader } from '../avc/bit-reader.ts';
import { av1Picture } from '../av1/sequence-header.ts';
import { parseAvcSequence } from '../avc/sequence-parameters.ts';
import { hevcPicture } from '../hevc/sequence-parameters.ts';
import type { CodePoints } from '../color/code-points.ts';
import { mpeg4Picture } from '../mpeg4/video-object-layer.ts';
import { rational } from '../rational.ts';
import type { Picture, StatedPicture } from './picture.ts';

/** Codecs whose streams restate the picture at key frames. */
export type StatingCodec = 'mpeg2' | 'mpeg4' | 'avc' | 'hevc' | 'vp8' | 'vp9' | 'av1';

/** How a container delimits a codec's units: by start codes, or by length fields of this many bytes. */
export type Framing = 'startCodes' | 1 | 2 | 3 | 4;

const START_CODE = Buffer.from([0, 0, 1]);
/** Maximum size of a parameter set or header. */
const MAX_UNIT_BYTES = 1024;

/** Finds the picture that a frame, or the beginning of one, states. Returns undefined if it states none. */
export function findStatedPicture(codec: StatingCodec, bytes: Uint8Array, framing: Framing = 'startCodes'): StatedPicture | undefined {
  if (codec === 'vp8') return vp8Picture(bytes);
  if (codec === 'vp9') return vp9Picture(bytes);
  if (codec === 'av1') return av1Picture(bytes);
  const read = UNIT_READERS[codec];
  for (const unit of framing === 'startCodes' ? unitsByStartCode(bytes) : unitsByLength(bytes, framing)) {
    const picture = read(unit);
    if (picture !== undefined) return codec === 'mpeg2' ? { ...picture, ...mpeg2Colors(bytes) } : picture;
  }
  return undefined;
}

function* unitsByStartCode(bytes: Uint8Array): Generator<Uint8Array> {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = data.indexOf(START_CODE); at >= 0; at = data.indexOf(START_CODE, at + 3))
    yield data.subarray(at + 3, at + 3 + MAX_UNIT_BYTES);
}

/** ISO/IEC 14496-15, 4.3.2. */
function* unitsByLength(bytes: Uint8Array, lengthBytes: number): Generator<Uint8Array> {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + lengthBytes < data.length; ) {
    const length = data.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    yield data.subarray(at, at + Math.min(length, MAX_UNIT_BYTES));
    at += length;
  }
}

/** Display aspect ratios by `aspect_ratio_information`: ISO/IEC 13818-2, Table 6-3. */
const DISPLAY_ASPECTS: Readonly<Record<number, readonly [number, number]>> = { 2: [4, 3], 3: [16, 9], 4: [221, 100] };

/** Reads ISO/IEC 13818-2, 6.2.2.1 Sequence header: twelve bits per side. An extension adds two for larger frames. */
function mpeg2Picture([code, high = 0, middle = 0, low = 0, aspect = 0]: Uint8Array): Picture | undefined {
  const size = { width: high * 16 + (middle >> 4), height: (middle & 15) * 256 + low };
  if (code !== 0xb3 || size.width === 0 || size.height === 0) return undefined;
  const [across, down] = DISPLAY_ASPECTS[aspect >> 4] ?? [];
  if (across === undefined || down === undefined) return size;
  const { numerator, denominator } = rational(across * size.height, down * size.width);
  return { ...size, pixelAspect: { horizontal: numerator, vertical: denominator } };
}

/** Reads the color description of ISO/IEC 13818-2, 6.2.2.4 Sequence display extension. MPEG-2 is always limited range. */
function mpeg2Colors(bytes: Uint8Array): Pick<StatedPicture, 'codePoints'> {
  const DISPLAY_EXTENSION = 2;
  for (const [code, head = 0, primaries = 0, transfer = 0, matrix = 0] of unitsByStartCode(bytes)) {
    if (code === 0xb5 && head >> 4 === DISPLAY_EXTENSION) return (head & 1) === 0 ? {} : { codePoints: { primaries, transfer, matrix } };
  }
  return {};
}

function avcPicture(unit: Uint8Array): StatedPicture | undefined {
  const sequence = parseAvcSequence(unit);
  if (sequence === undefined) return undefined;
  const { width, height, pixelAspect, color } = sequence;
  return { width, height, ...(pixelAspect === undefined ? {} : { pixelAspect }), ...color };
}

const UNIT_READERS: Readonly<Record<'mpeg2' | 'mpeg4' | 'avc' | 'hevc', (unit: Uint8Array) => StatedPicture | undefined>> = {
  mpeg2: mpeg2Picture,
  mpeg4: mpeg4Picture,
  avc: avcPicture,
  hevc: hevcPicture,
};

/** Reads the header of a VP8 key frame: RFC 6386, 9.1. */
function vp8Picture(bytes: Uint8Array): Picture | undefined {
  const [tag = 1, , , one, two, three, widthLow = 0, widthHigh = 0, heightLow = 0, heightHigh = 0] = bytes.subarray(0, 10);
  if ((tag & 1) !== 0 || one !== 0x9d || two !== 0x01 || three !== 0x2a) return undefined;
  const size = { width: ((widthHigh & 0x3f) << 8) | widthLow, height: ((heightHigh & 0x3f) << 8) | heightLow };
  return size.width > 0 && size.height > 0 ? size : undefined;
}

const VP9_SYNC_CODE = 0x49_83_42;
const VP9_RGB = 7;
/** Code points by `color_space`: VP9 Bitstream & Decoding Process Specification, 7.2.2. It states no transfer function. */
const VP9_COLORS: Readonly<Record<number, CodePoints>> = {
  1: { primaries: 2, transfer: 2, matrix: 6 },
  2: { primaries: 2, transfer: 2, matrix: 1 },
  3: { primaries: 2, transfer: 2, matrix: 6 },
  4: { primaries: 2, transfer: 2, matrix: 7 },
  5: { primaries: 2, transfer: 2, matrix: 9 },
  7: { primaries: 2, transfer: 2, matrix: 0 },
};

/** Reads the uncompressed header of a VP9 key frame: VP9 Bitstream & Decoding Process Specification, 6.2. */
function vp9Picture(bytes: Uint8Array): StatedPicture | undefined {
  const reader = new BitReader(bytes.subarray(0, 32));
  if (reader.bits(2) !== 2) return undefined;
  const profile = reader.bits(1) + 2 * reader.bits(1);
  if (profile === 3) reader.bits(1);
  const [showsExisting, isInter] = [reader.flag(), reader.flag()];
  reader.bits(2);
  if (showsExisting || isInter || reader.bits(24) !== VP9_SYNC_CODE) return undefined;
  if (profile >= 2) reader.bits(1);
  const statesSubsampling = profile === 1 || profile === 3;
  const space = reader.bits(3);
  const fullRange = space === VP9_RGB || reader.flag();
  if (statesSubsampling) reader.bits(space === VP9_RGB ? 1 : 3);
  const size = { width: reader.bits(16) + 1, height: reader.bits(16) + 1 };
  return { ...size, fullRange, codePoints: VP9_COLORS[space] };
}
