import { PackagingError } from '../packaging-error.ts';

export type VideoCodec = 'h264' | 'hevc' | 'av1' | 'vp9';
export type AudioCodec = 'aac' | 'mp3' | 'ac3' | 'eac3' | 'opus' | 'flac';
export type CodecName = VideoCodec | AudioCodec;

/** Codecs and configuration boxes by the type of the sample entry. */
const VIDEO_ENTRIES: Readonly<Record<string, readonly [VideoCodec, string]>> = {
  avc1: ['h264', 'avcC'],
  avc3: ['h264', 'avcC'],
  hvc1: ['hevc', 'hvcC'],
  hev1: ['hevc', 'hvcC'],
  av01: ['av1', 'av1C'],
  vp09: ['vp9', 'vpcC'],
};

/** Codecs of `mp4a` by `objectTypeIndication`: ISO/IEC 14496-1:2010, Table 5, and the registration authority. */
const MP4A_CODECS: Readonly<Record<string, AudioCodec>> = {
  '40': 'aac', '66': 'aac', '67': 'aac', '68': 'aac', '69': 'mp3', '6b': 'mp3', a5: 'ac3', a6: 'eac3',
};

/** Codecs and configuration boxes, if there is one, by the type of the sample entry. */
const AUDIO_ENTRIES: Readonly<Record<string, readonly [AudioCodec, string | undefined]>> = {
  '.mp3': ['mp3', undefined],
  'ac-3': ['ac3', 'dac3'],
  'ec-3': ['eac3', 'dec3'],
  Opus: ['opus', 'dOps'],
  fLaC: ['flac', 'dfLa'],
};

/**
 * Returns a video's codec and the type of its configuration box.
 *
 * @param format type of the sample entry
 * @throws PackagingError `unsupported_video_codec`
 */
export function videoCodecOf(format: string): readonly [VideoCodec, string] {
  const codec = Object.hasOwn(VIDEO_ENTRIES, format) ? VIDEO_ENTRIES[format] : undefined;
  if (codec === undefined) throw new PackagingError('unsupported_video_codec', `Video ${format} cannot be packaged.`);
  return codec;
}

/**
 * Returns a sound track's codec and the type of its configuration box.
 *
 * @param format type of the sample entry
 * @param codecString `codecs` parameter of RFC 6381, such as `mp4a.40.2`
 * @throws PackagingError `unsupported_audio_codec`
 */
export function audioCodecOf(format: string, codecString: string | undefined): readonly [AudioCodec, string | undefined] {
  const entry = Object.hasOwn(AUDIO_ENTRIES, format) ? AUDIO_ENTRIES[format] : undefined;
  if (entry !== undefined) return entry;
  const objectType = format === 'mp4a' ? (codecString?.split('.')[1] ?? '') : '';
  const codec = Object.hasOwn(MP4A_CODECS, objectType) ? MP4A_CODECS[objectType] : undefined;
  if (codec === undefined) throw new PackagingError('unsupported_audio_codec', `Audio ${codecString ?? format} cannot be packaged.`);
  return [codec, 'esds'];
}
