import { tone, TWO_SOUND_TRACKS, video, x264 } from './clip-arguments.ts';
import type { InputKind } from './input-kind.ts';

/** Kind of file that ffmpeg generates. */
export interface GeneratedKind extends InputKind {
  readonly file: string;
  readonly args: readonly string[];
}

/** Three seconds of moving picture. */
const VIDEO = video('128x96', '10', 3);
const STILL = ['-f', 'lavfi', '-i', 'color=red:s=64x64:r=1:d=1'];
const THUMBNAIL = ['-c:v:0', 'mjpeg', '-pix_fmt:v:0', 'yuvj420p'];

function still(name: string, file: string, codec: readonly string[] = []): GeneratedKind {
  return {
    topic: 'sound',
    name: `${name} before the video`,
    file,
    args: [...STILL, ...VIDEO, '-map', '0', '-map', '1', ...x264(), ...codec],
    becomes: 'the video, without the still image',
    warnings: ['video_track_skipped'],
    onMediaConvert: 'Its choice among several video tracks is not documented.',
  };
}

/** Files with a still image as their first video track. */
export const STILL_IMAGES: readonly GeneratedKind[] = [
  still('a thumbnail in MP4', 'a.mp4', THUMBNAIL),
  still('a thumbnail in Matroska', 'a.mkv', THUMBNAIL),
  still('a still image in MP4', 'a.mp4'),
  still('a still image in Matroska', 'a.mkv'),
  still('a still image in a transport stream', 'a.ts'),
];

/** Levels of ten channels; the first six are 5.1. */
const GAINS = [0, 1, 0.5, 0, 0, 0, 1, 1, 1, 1];
const CHANNELS = GAINS.map((gain, index) => `${gain / 4}*sin(${3000 + index * 100}*t)`);

export const TEN_CHANNELS: GeneratedKind = {
  topic: 'sound',
  name: 'ten channels in one sound track',
  file: 'a.mov',
  args: [...VIDEO, '-f', 'lavfi', '-i', `aevalsrc=${CHANNELS.join('|')}:s=48000:d=3`, ...x264(), '-c:a', 'pcm_s16le'],
  becomes: 'stereo and 5.1 from the first six',
  warnings: ['sound_channels_skipped'],
};

export const MARKED_TRACK: GeneratedKind = {
  topic: 'sound',
  name: 'a second sound track that the file marks as the default',
  file: 'a.mkv',
  args: [
    ...VIDEO, ...tone(3), ...tone(3, 880), ...TWO_SOUND_TRACKS, ...x264(),
    '-disposition:a:0', '0', '-disposition:a:1', 'default', '-metadata:s:a:1', 'language=kor',
  ],
  keeps: 'that track by default',
};
