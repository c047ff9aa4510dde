import { BitReader } from '../avc/bit-reader.ts';

/** Properties of its samples that a sound frame states. */
export interface SoundFormat {
  readonly channels: number;
  /** Hz. */
  readonly sampleRateHz: number;
}

/** Codecs in which every frame begins with a header. */
export type FramedCodec = 'adts' | 'latm' | 'mpeg' | 'ac3';

/** Reads the format from the first complete header in part of a stream. */
export function findSoundFormat(codec: FramedCodec, bytes: Uint8Array): SoundFormat | undefined {
  const read = READERS[codec];
  for (let at = 0; at + 8 <= bytes.length; at += 1) {
    const frame = read(bytes.subarray(at));
    // A real header is followed by another one where the frame ends. Only at the start of a part, its end may come first: other
    // codecs hold bytes like headers.
    if (frame?.format === undefined) continue;
    const next = at + frame.bytes;
    if ((at === 0 && next + 8 > bytes.length) || read(bytes.subarray(next)) !== undefined) return frame.format;
  }
  return undefined;
}

/** Counts the frames that begin in a part of sound. */
export function countFrames(codec: FramedCodec, bytes: Uint8Array): number {
  const read = READERS[codec];
  let count = 0;
  for (let at = 0; at + 8 <= bytes.length; ) {
    const frame = read(bytes.subarray(at));
    count += frame === undefined ? 0 : 1;
    at += Math.max(1, frame?.bytes ?? 1);
  }
  return count;
}

interface Frame {
  /** Undefined if an earlier frame states it. */
  readonly format: SoundFormat | undefined;
  /** Length including the header. */
  readonly bytes: number;
}

/** ISO/IEC 14496-3, Table 1.18. */
const AAC_RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];
/** Channels by `channelConfiguration`: ISO/IEC 14496-3, Table 1.19. 0 refers to a separate description. */
const AAC_CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8];

/** Reads ISO/IEC 14496-3, 1.A.2.2.1 Fixed header of ADTS, and the length from the variable one. */
function readAdts([sync, flags = 0, high = 0, channels = 0, length = 0, lengthLow = 0]: Uint8Array): Frame | undefined {
  if (sync !== 0xff || (flags & 0xf6) !== 0xf0) return undefined;
  const format = aacFormat((high >> 2) & 15, ((high & 1) << 2) | (channels >> 6));
  const bytes = ((channels & 3) << 11) | (length << 3) | (lengthLow >> 5);
  return format === undefined || bytes < 7 ? undefined : { format, bytes };
}

function aacFormat(rateIndex: number, configuration: number): SoundFormat | undefined {
  const [sampleRateHz, channels = 0] = [AAC_RATES[rateIndex], AAC_CHANNELS[configuration]];
  return sampleRateHz === undefined || channels === 0 ? undefined : { sampleRateHz, channels };
}

/** Reads ISO/IEC 14496-3, 1.6.2.1 AudioSpecificConfig. Returns undefined if the channels are described separately. */
export function parseAudioSpecificConfig(bytes: Uint8Array): SoundFormat | undefined {
  return readConfiguration(new BitReader(bytes));
}

function readConfiguration(reader: BitReader): SoundFormat | undefined {
  if (reader.bits(5) === 31) reader.bits(6);
  const rateIndex = reader.bits(4);
  const explicitRate = rateIndex === 15 ? reader.bits(24) : undefined;
  const configuration = reader.bits(4);
  const format = aacFormat(explicitRate === undefined ? rateIndex : 4, configuration);
  return format && { ...format, ...(explicitRate === undefined ? {} : { sampleRateHz: explicitRate }) };
}

/** Reads ISO/IEC 14496-3, 1.7.2 and 1.7.3: a single-layer AudioSyncStream whose frame repeats the configuration. */
function readLatm(bytes: Uint8Array): Frame | undefined {
  const reader = new BitReader(bytes.subarray(0, 32));
  if (reader.bits(11) !== 0x2b7) return undefined;
  const length = reader.bits(13);
  if (reader.flag()) return { format: undefined, bytes: 3 + length };
  const hasOtherSyntax = reader.flag();
  reader.bits(1 + 6 + 4 + 3);
  const format = hasOtherSyntax ? undefined : readConfiguration(reader);
  return format && { format, bytes: 3 + length };
}

const [MPEG_1, MPEG_2] = [3, 2];
const MPEG_RATES = [44_100, 48_000, 32_000];
/** kbit/s by layer and index: ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3, 2.4.2.3. */
const MPEG_BITRATES: Readonly<Record<string, readonly number[]>> = {
  '3-3': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '3-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '3-1': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-3': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2-1': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const MONO = 3;

/** Reads the header of MPEG audio: ISO/IEC 11172-3, 2.4.1.3. */
function readMpeg([sync, flags = 0, rates = 0, mode = 0]: Uint8Array): Frame | undefined {
  const [version, layer] = [(flags >> 3) & 3, (flags >> 1) & 3];
  if (sync !== 0xff || flags < 0xe0 || (version !== MPEG_1 && version !== MPEG_2)) return undefined;
  const [rate = 0, kilobits = 0] = [MPEG_RATES[(rates >> 2) & 3], MPEG_BITRATES[`${version}-${layer}`]?.[rates >> 4]];
  if (rate === 0 || kilobits === 0) return undefined;
  const sampleRateHz = version === MPEG_1 ? rate : rate / 2;
  const padding = (rates >> 1) & 1;
  const [LAYER_1, LAYER_3] = [3, 1];
  const samples = layer === LAYER_1 ? 384 : layer === LAYER_3 && version === MPEG_2 ? 576 : 1152;
  const slot = layer === LAYER_1 ? 4 : 1;
  const bytes = (Math.floor((samples * kilobits * 125) / sampleRateHz / slot) + padding) * slot;
  return { format: { sampleRateHz, channels: mode >> 6 === MONO ? 1 : 2 }, bytes };
}

/** Channels by `acmod`, not counting the low-frequency one: ATSC A/52, Table 5.8. */
const AC3_CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5];
const AC3_RATES = [48_000, 44_100, 32_000];
/** Kilobits per second by half of `frmsizecod`: ATSC A/52, Table 5.18. */
const AC3_KILOBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];

/** Reads ATSC A/52, 5.3 (AC-3) and E.1.2 (E-AC-3). */
function readAc3(bytes: Uint8Array): Frame | undefined {
  if (bytes[0] !== 0x0b || bytes[1] !== 0x77) return undefined;
  const version = (bytes[5] ?? 0) >> 3;
  const reader = new BitReader(bytes.subarray(2, 10));
  if (version > 10) return readEnhancedAc3(reader);
  reader.bits(16);
  const sampleRateHz = AC3_RATES[reader.bits(2)];
  const size = reader.bits(6);
  reader.bits(8);
  const mode = reader.bits(3);
  if ((mode & 1) !== 0 && mode !== 1) reader.bits(2);
  if ((mode & 4) !== 0) reader.bits(2);
  if (mode === 2) reader.bits(2);
  const lowFrequency = reader.bits(1);
  const kilobits = AC3_KILOBITS[size >> 1];
  if (sampleRateHz === undefined || kilobits === undefined) return undefined;
  const words = Math.floor((kilobits * 96_000) / sampleRateHz) + (sampleRateHz === 44_100 ? size & 1 : 0);
  return { format: { sampleRateHz, channels: (AC3_CHANNELS[mode] ?? 0) + lowFrequency }, bytes: words * 2 };
}

function readEnhancedAc3(reader: BitReader): Frame | undefined {
  const dependent = reader.bits(2) === 1;
  reader.bits(3);
  const bytes = 2 * (reader.bits(11) + 1);
  const rate = reader.bits(2);
  const reduced = reader.bits(2);
  const mode = reader.bits(3);
  const lowFrequency = reader.bits(1);
  const sampleRateHz = rate === 3 ? (AC3_RATES[reduced] ?? 0) / 2 : (AC3_RATES[rate] ?? 0);
  if (sampleRateHz === 0 || dependent) return undefined;
  return { format: { sampleRateHz, channels: (AC3_CHANNELS[mode] ?? 0) + lowFrequency }, bytes };
}

const READERS: Readonly<Record<FramedCodec, (bytes: Uint8Array) => Frame | undefined>> = {
  adts: readAdts,
  latm: readLatm,
  mpeg: readMpeg,
  ac3: readAc3,
};
