import { type AvcSequence, parseAvcSequence } from '../avc/sequence-parameters.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Size } from '../display-size.ts';
import { rational, type Rational } from '../rational.ts';
import { type FlvMetadata, parseScriptData } from './script-data.ts';
import { sorensonSize } from './sorenson-size.ts';

/** Facts that the beginning of a Flash video states. */
export interface FlvFacts {
  readonly durationSeconds: number | undefined;
  readonly video: FlvVideo | undefined;
  readonly audio: FlvAudio | undefined;
}

export interface FlvVideo extends Partial<Size> {
  readonly codec: 'AVC' | 'H263' | 'UNKNOWN';
  readonly pixelAspect?: NonNullable<AvcSequence['pixelAspect']>;
  readonly frameRate?: Rational;
  readonly interlaced: boolean;
  readonly bitDepth: number;
  /** The format has no way to state a rotation, a variable rate or a transfer function. */
  readonly rotation: 0;
  readonly variableFrameRate: false;
  readonly highDynamicRange: false;
}

export interface FlvAudio {
  readonly codec: 'AAC' | 'MP3' | 'PCM' | 'UNKNOWN';
  readonly channels: number;
}

interface Tag {
  readonly type: number;
  readonly data: Uint8Array;
}

const [AUDIO, VIDEO, SCRIPT] = [8, 9, 18];
const TAG_HEAD = 11;
/** Enough for metadata with a table of key frames, a sequence header, and a frame of each kind. */
const BYTES_READ = 1024 * 1024;
const MAX_TAGS = 400;

/**
 * Reads the first tags of a Flash video: Video File Format Specification 10.1, Annex E. A frame size in its metadata counts
 * only if the video stream states none; a frame rate there takes precedence.
 */
export async function readFlv(source: ByteSource): Promise<FlvFacts> {
  let metadata: FlvMetadata = {};
  let video: FlvVideo | undefined;
  let audio: FlvAudio | undefined;
  for (const { type, data } of tagsIn(await source.read(0, BYTES_READ))) {
    if (type === SCRIPT) metadata = { ...parseScriptData(data), ...metadata };
    if (type === VIDEO && data.length > 0) video ??= videoOf(data);
    if (type === AUDIO && data.length > 0) audio ??= audioOf(data);
  }
  const positive = (name: string): number | undefined => ((metadata[name] ?? 0) > 0 ? metadata[name] : undefined);
  return { durationSeconds: positive('duration'), video: video && completeVideo(video, positive), audio };
}

function completeVideo(video: FlvVideo, positive: (name: string) => number | undefined): FlvVideo {
  const [width, height] = [video.width ?? positive('width'), video.height ?? positive('height')];
  const frameRate = rateOf(positive('framerate'));
  return {
    ...video,
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
    tags.push({ type: (bytes[at] ?? 0) & 0x1f, data: bytes.subarray(at + TAG_HEAD, at + TAG_HEAD + size) });
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

/** Reads the AVCDecoderConfigurationRecord after packet type and composition time: ISO/IEC 14496-15, 5.3.3.1. */
function avcOf(data: Uint8Array): FlvVideo {
  const isHeader = data[1] === 0;
  const length = (data[11] ?? 0) * 256 + (data[12] ?? 0);
  const sequence = isHeader ? parseAvcSequence(data.subarray(13, 13 + length)) : undefined;
  if (sequence === undefined) return { codec: 'AVC', ...DEFAULTS };
  const { mayBeInterlaced: interlaced, ...facts } = sequence;
  return { codec: 'AVC', ...DEFAULTS, ...facts, interlaced };
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
