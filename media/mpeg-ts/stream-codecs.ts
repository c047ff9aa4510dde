import type { StatingCodec } from '../picture/stated-picture.ts';
import type { FramedCodec } from '../sound/sound-format.ts';
import type { ElementaryStream } from './program-map.ts';

const VIDEO_CODECS: Readonly<Record<number, StatingCodec>> = { 0x01: 'mpeg2', 0x02: 'mpeg2', 0x10: 'mpeg4', 0x1b: 'avc', 0x24: 'hevc' };

/** Returns the codec of a `stream_type` whose key frames can be read: ISO/IEC 13818-1, Table 2-34. */
export function videoCodec(type: number): StatingCodec | undefined {
  return VIDEO_CODECS[type];
}

/** AC-3 and E-AC-3 by ATSC A/53, Part 3, 6.7.1, and A/52, A.3. */
const AUDIO_CODECS: Readonly<Record<number, FramedCodec>> = {
  0x03: 'mpeg', 0x04: 'mpeg', 0x0f: 'adts', 0x11: 'latm', 0x81: 'ac3', 0x87: 'ac3',
};
const PRIVATE_DATA = 0x06;
/** Descriptors of AC-3, E-AC-3 and AAC: ETSI EN 300 468, Annexes D and H. */
const PRIVATE_CODECS: Readonly<Record<number, FramedCodec>> = { 0x6a: 'ac3', 0x7a: 'ac3', 0x7c: 'adts' };
/** Descriptors of other audio codecs: DTS, AC-4 and others in an extension. */
const OTHER_AUDIO: ReadonlySet<number> = new Set([0x7b, 0x73]);
/** Stream types of other audio: Blu-ray's LPCM and DTS, and MPEG-4 audio without a transport layer of its own. */
const OTHER_AUDIO_TYPES: ReadonlySet<number> = new Set([0x1c, 0x80, 0x82, 0x83, 0x84, 0x85, 0x86]);

/** Returns an audio stream's codec, `other` if its frames cannot be read here; undefined for anything but audio. */
export function audioCodec({ type, descriptors }: ElementaryStream): FramedCodec | 'other' | undefined {
  const known = AUDIO_CODECS[type] ?? (OTHER_AUDIO_TYPES.has(type) ? 'other' : undefined);
  if (known !== undefined || type !== PRIVATE_DATA) return known;
  const described = descriptors.map(({ tag }) => PRIVATE_CODECS[tag]).find((codec) => codec !== undefined);
  return described ?? (descriptors.some(({ tag }) => OTHER_AUDIO.has(tag)) ? 'other' : undefined);
}
