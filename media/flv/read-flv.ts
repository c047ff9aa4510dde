import { type AvcSequence, parseAvcSequence } from '../avc/sequence-parameters.ts';
import { nameCodePoints } from '../color/code-points.ts';
import type { SourceColor } from '../color/source-color.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Size } from '../display-size.ts';
import { inPresentationOrder } from '../frame-rate/frame-times.ts';
import { measureFrameRate } from '../frame-rate/measure-frame-rate.ts';
import { rational, type Rational } from '../rational.ts';
import { isFrame } from './frame-tag.ts';
import { type FlvMetadata, parseScriptData } from './script-data.ts';
import { sorensonSize } from './sorenson-size.ts';

/** Facts that the beginning of a Flash video states. */
export interface FlvFacts {
  readonly durationSeconds: number | undefined;
  readonly video: FlvVideo | undefined;
  readonly audio: FlvAudio | undefined;
}

export interface FlvVideo extends Partial<Size>, Omit<SourceColor, 'codec'> {
  readonly codec: 'AVC' | 'H263' | 'UNKNOWN';
  readonly pixelAspect?: NonNullable<AvcSequence['pixelAspect']>;
  readonly frameRate?: Rational;
  readonly interlaced: boolean;
  readonly bitDepth: number;
  readonly variableFrameRate: boolean;
  /** The format has no way to state a rotation or a transfer function. */
  readonly rotation: 0;
  readonly highDynamicRange: false;
}

export interface FlvAudio {
  readonly codec: 'AAC' | 'MP3' | 'PCM' | 'UNKNOWN';
  readonly channels: number;
}

interface Tag {
  readonly type: number;
  /** Decoding time, milliseconds. */
  readonly timeMs: number;
  readonly data: Uint8Array;
}

const [AUDIO, VIDEO, SCRIPT] = [8, 9, 18];
const TAG_HEAD = 11;
/** Enough for metadata with a table of key frames, a sequence header, and a frame of each kind. */
const BYTES_READ = 1024 * 1024;
const MAX_TAGS = 400;

/**
 * Reads the first tags of a Flash video: Video File Format Specification 10.1, Annex E. A frame size in its metadata counts
 * only if the video stream states none. The frame rate is that of the frames' own times; what the metadata or the stream state
 * decides only what the times cannot.
 */
export async function readFlv(source: ByteSource): Promise<FlvFacts> {
  let metadata: FlvMetadata = {};
  let video: FlvVideo | undefined;
  let audio: FlvAudio | undefined;
  const timesMs: number[] = [];
  for (const tag of tagsIn(await source.read(0, BYTES_READ))) {
    const { type, data } = tag;
    if (type === SCRIPT) metadata = { ...parseScriptData(data), ...metadata };
    if (type === VIDEO && data.length > 0) video ??= videoOf(data);
    if (type === VIDEO && data.length > 0 && isFrame(data)) timesMs.push(tag.timeMs + compositionMs(data));
    if (type === AUDIO && data.length > 0) audio ??= audioOf(data);
  }
  const positive = (name: string): number | undefined => ((metadata[name] ?? 0) > 0 ? metadata[name] : undefined);
  const isWhole = source.size <= BYTES_READ;
  return { durationSeconds: positive('duration'), video: video && completeVideo(video, timesMs, isWhole, positive), audio };
}

function completeVideo(
  video: FlvVideo,
  timesMs: readonly number[],
  isWhole: boolean,
  positive: (name: string) => number | undefined,
): FlvVideo {
  const [width, height] = [video.width ?? positive('width'), video.height ?? positive('height')];
  const stated = rateOf(positive('framerate')) ?? video.frameRate;
  const stretches = [inPresentationOrder(timesMs, { before: false, after: !isWhole })];
  const measured = measureFrameRate({ ticksPerSecond: 1000, stretches, complete: isWhole }, stated);
  const frameRate = measured?.frameRate ?? stated;
  return {
    ...video,
    variableFrameRate: measured?.variable ?? false,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}

function tagsIn(bytes: Uint8Array): Tag[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tags: Tag[] = [];
  let at = bytes.length < 9 ? bytes.length : view.getUint32(5) + 4;
  while (at + TAG_HEAD <= bytes.length && tags.length < MAX_TAGS) {
    const size = view.getUint32(at) & 0xff_ff_ff;
    const timeMs = view.getUint32(at + 4) >>> 8;
    // The fourth byte holds the highest bits: E.4.1.
    const highest = bytes[at + 7] ?? 0;
    const data = bytes.subarray(at + TAG_HEAD, at + TAG_HEAD + size);
    tags.push({ type: (bytes[at] ?? 0) & 0x1f, timeMs: highest * 2 ** 24 + timeMs, data });
    at += TAG_HEAD + size + 4;
  }
  return tags;
}

const DEFAULTS = {
  interlaced: false,
  bitDepth: 8,
  rotation: 0,
  variableFrameRate: false,
  highDynamicRange: false,
} as const;

/** Reads E.4.3.1 VIDEODATA. A tag that names its codec by four letters has the highest bit set. */
function videoOf(data: Uint8Array): FlvVideo {
  const first = data[0] ?? 0;
  const codec = (first & 0x80) === 0 ? first & 0x0f : 0;
  if (codec === 2) return { codec: 'H263', ...DEFAULTS, ...sorensonSize(data.subarray(1)) };
  return codec === 7 ? avcOf(data) : { codec: 'UNKNOWN', ...DEFAULTS };
}

/** Returns how much later than decoded a frame is shown, milliseconds, a signed number of 24 bits that H.264 has. */
function compositionMs([first = 0, , high = 0, middle = 0, low = 0]: Uint8Array): number {
  return (first & 0x0f) === 7 ? ((high << 24) | (middle << 16) | (low << 8)) >> 8 : 0;
}

/** Reads the AVCDecoderConfigurationRecord after packet type and composition time: ISO/IEC 14496-15, 5.3.3.1. */
function avcOf(data: Uint8Array): FlvVideo {
  const isHeader = data[1] === 0;
  const length = (data[11] ?? 0) * 256 + (data[12] ?? 0);
  const sequence = isHeader ? parseAvcSequence(data.subarray(13, 13 + length)) : undefined;
  if (sequence === undefined) return { codec: 'AVC', ...DEFAULTS };
  const { mayBeInterlaced: interlaced, color, ...facts } = sequence;
  const colors = color && {
    fullRange: color.fullRange,
    ...(color.codePoints === undefined ? {} : nameCodePoints(color.codePoints)),
  };
  return { codec: 'AVC', ...DEFAULTS, ...facts, ...colors, interlaced };
}

const AUDIO_CODECS: Readonly<Record<number, FlvAudio['codec']>> = {
  0: 'PCM',
  2: 'MP3',
  3: 'PCM',
  10: 'AAC',
  14: 'MP3',
};

/** Reads E.4.2.1 AUDIODATA. AAC states its channels in the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
function audioOf(data: Uint8Array): FlvAudio {
  const first = data[0] ?? 0;
  const codec = AUDIO_CODECS[first >> 4] ?? 'UNKNOWN';
  const configured = ((data[3] ?? 0) >> 3) & 0x0f;
  if (codec === 'AAC' && data[1] === 0 && configured > 0) return { codec, channels: configured === 7 ? 8 : configured };
  return { codec, channels: (first & 1) + 1 };
}

/** Recognizes whole rates and those of NTSC, which are written with two or three decimals. */
function rateOf(fps: number | undefined): Rational | undefined {
  if (fps === undefined || fps > 1000) return undefined;
  const whole = Math.round(fps);
  if (Math.abs(fps - whole) < 1e-3) return rational(whole);
  const ntsc = Math.round(fps * 1.001);
  return Math.abs(fps - ntsc / 1.001) < 5e-3 ? rational(ntsc * 1000, 1001) : rational(Math.round(fps * 1000), 1000);
}
