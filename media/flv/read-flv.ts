import { type AvcSequence, parseAvcSequence } from '../avc/sequence-parameters.ts';
import type { ByteSource } from '../byte-source.ts';
import { rational, type Rational } from '../rational.ts';
import { type FlvMetadata, parseScriptData } from './script-data.ts';
import { sorensonSize } from './sorenson-size.ts';

/** What the beginning of a Flash video says of it. */
export interface FlvFacts {
  readonly durationSeconds: number | undefined;
  readonly video: FlvVideo | undefined;
  readonly audio: FlvAudio | undefined;
}

export interface FlvVideo {
  readonly codec: 'AVC' | 'H263' | 'UNKNOWN';
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly pixelAspect: AvcSequence['pixelAspect'];
  readonly frameRate: Rational | undefined;
  readonly interlaced: boolean;
  readonly bitDepth: number;
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
/** Metadata with a table of key frames, then a sequence header and a frame of each kind come within this. */
const BYTES_READ = 1024 * 1024;
const TAGS_READ = 400;

/**
 * Reads the first tags of a Flash video: Video File Format Specification 10.1, Annex E. What it says in its metadata counts
 * only where the streams do not say.
 */
export async function readFlv(source: ByteSource): Promise<FlvFacts> {
  let metadata: FlvMetadata = {};
  let video: Omit<FlvVideo, 'width' | 'height'> & Partial<FlvVideo> | undefined;
  let audio: FlvAudio | undefined;
  for (const { type, data } of tagsIn(await source.read(0, BYTES_READ))) {
    if (type === SCRIPT) metadata = { ...parseScriptData(data), ...metadata };
    if (type === VIDEO && data.length > 0) video ??= videoOf(data);
    if (type === AUDIO && data.length > 0) audio ??= audioOf(data);
  }
  const positive = (name: string): number | undefined => ((metadata[name] ?? 0) > 0 ? metadata[name] : undefined);
  return {
    durationSeconds: positive('duration'),
    video: video && {
      ...video,
      width: video.width ?? positive('width'),
      height: video.height ?? positive('height'),
      frameRate: rateOf(positive('framerate')) ?? video.frameRate,
    },
    audio,
  };
}

function tagsIn(bytes: Uint8Array): Tag[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tags: Tag[] = [];
  let at = bytes.length < 9 ? bytes.length : view.getUint32(5) + 4;
  while (at + TAG_HEAD <= bytes.length && tags.length < TAGS_READ) {
    const size = view.getUint32(at) & 0xff_ff_ff;
    tags.push({ type: (bytes[at] ?? 0) & 0x1f, data: bytes.subarray(at + TAG_HEAD, at + TAG_HEAD + size) });
    at += TAG_HEAD + size + 4;
  }
  return tags;
}

const PLAIN = { pixelAspect: undefined, frameRate: undefined, interlaced: false, bitDepth: 8 } as const;

/** E.4.3.1 VIDEODATA. Codecs that are named by four letters instead set the highest bit. */
function videoOf(data: Uint8Array): ReturnType<typeof avcOf> {
  const first = data[0] ?? 0;
  const codec = (first & 0x80) === 0 ? first & 0x0f : 0;
  if (codec === 2) return { codec: 'H263', ...PLAIN, ...sorensonSize(data.subarray(1)) };
  return codec === 7 ? avcOf(data) : { codec: 'UNKNOWN', ...PLAIN };
}

/** An AVCDecoderConfigurationRecord behind packet type and composition time: ISO/IEC 14496-15, 5.3.3.1. */
function avcOf(data: Uint8Array): Omit<FlvVideo, 'width' | 'height'> & { width?: number; height?: number } {
  const isHeader = data[1] === 0;
  const length = (data[11] ?? 0) * 256 + (data[12] ?? 0);
  const sequence = isHeader ? parseAvcSequence(data.subarray(13, 13 + length)) : undefined;
  if (sequence === undefined) return { codec: 'AVC', ...PLAIN };
  const { width, height, pixelAspect, frameRate, bitDepth, mayBeInterlaced } = sequence;
  return { codec: 'AVC', width, height, pixelAspect, frameRate, bitDepth, interlaced: mayBeInterlaced };
}

const AUDIO_CODECS: Readonly<Record<number, FlvAudio['codec']>> = { 0: 'PCM', 2: 'MP3', 3: 'PCM', 10: 'AAC', 14: 'MP3' };

/** E.4.2.1 AUDIODATA; of AAC the channels stand in its AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
function audioOf(data: Uint8Array): FlvAudio {
  const first = data[0] ?? 0;
  const codec = AUDIO_CODECS[first >> 4] ?? 'UNKNOWN';
  const configured = ((data[3] ?? 0) >> 3) & 0x0f;
  if (codec === 'AAC' && data[1] === 0 && configured > 0) return { codec, channels: configured === 7 ? 8 : configured };
  return { codec, channels: (first & 1) + 1 };
}

/** Whole rates, and those of NTSC, which are written with two or three decimals. */
function rateOf(fps: number | undefined): Rational | undefined {
  if (fps === undefined || fps > 1000) return undefined;
  const whole = Math.round(fps);
  if (Math.abs(fps - whole) < 1e-3) return rational(whole);
  const ntsc = Math.round(fps * 1.001);
  return Math.abs(fps - ntsc / 1.001) < 5e-3 ? rational(ntsc * 1000, 1001) : rational(Math.round(fps * 1000), 1000);
}
