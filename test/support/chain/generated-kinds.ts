import type { EndCodeName } from '../../../lambdas/contracts/end-codes.ts';
import { makeWithFfmpeg, rotateBy90 } from '../clips.ts';
import type { ExpectedOutput, ExpectedAudio } from './expect-renditions.ts';

/** Kind of video file, with its expected outcome. */
export interface GeneratedKind<Expected> {
  readonly name: string;
  readonly make: () => Promise<Buffer>;
  readonly expected: Expected;
}

function video(size: string, rate: string, seconds = 1): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`];
}

function tone(seconds = 1, frequency = 440): string[] {
  return ['-f', 'lavfi', '-i', `sine=f=${frequency}:r=48000:d=${seconds}`];
}

function x264(pixelFormat = 'yuv420p'): string[] {
  return ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', pixelFormat];
}

const HEVC_10 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1'];
const AAC = ['-c:a', 'aac'];

function hdr(transfer: string): string[] {
  return ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
}

function stereo(language = 'und'): ExpectedAudio {
  return { language, channels: 2 };
}

function surround(language = 'und'): ExpectedAudio {
  return { language, channels: 6 };
}

/** Expects one second of 320×180 at 25 frames per second without audio, unless overridden. */
function output(
  overrides: Partial<Omit<ExpectedOutput, 'displayed'>> & { displayed?: readonly [number, number] } = {},
): ExpectedOutput {
  const { displayed: [width, height] = [320, 180], ...others } = overrides;
  const { audio = [] } = others;
  return {
    displayed: { width, height },
    framesPerSecond: 25,
    videoSeconds: 1,
    audioSeconds: audio.length > 0 ? 1 : undefined,
    audio,
    ...others,
  };
}

function kind<Expected>(
  name: string,
  file: string,
  args: readonly string[],
  expected: Expected,
): GeneratedKind<Expected> {
  return { name, make: () => makeWithFfmpeg(file, args), expected };
}

/** Truncates a file, as an interrupted upload does. */
function truncated({ name, make }: GeneratedKind<unknown>): GeneratedKind<EndCodeName> {
  return {
    name: `${name}, truncated`,
    make: async () => {
      const whole = await make();
      return whole.subarray(0, Math.floor(whole.length * 0.8));
    },
    expected: 'incomplete_file',
  };
}

const PLAIN = video('320x180', '25');
const VIDEO_AND_AUDIO = [...PLAIN, ...tone()];
const THREE_HOURS = 10_800;

const SHAPES: readonly GeneratedKind<ExpectedOutput>[] = [
  kind('portrait', 'a.mp4', [...video('180x320', '25'), ...x264()], output({ displayed: [180, 320] })),
  {
    name: 'landscape rotated to portrait',
    make: async () => rotateBy90(await makeWithFfmpeg('a.mp4', [...PLAIN, ...x264()])),
    expected: output({ displayed: [180, 320] }),
  },
  // testsrc2 would round the sides.
  kind('odd width and height', 'a.mp4', ['-f', 'lavfi', '-i', 'testsrc=s=321x181:r=25:d=1', ...x264('yuv444p')], output({ displayed: [321, 181] })),
  kind('wide pixels', 'a.mp4', [...video('180x144', '25'), '-vf', 'setsar=64/45', ...x264()], output({ displayed: [256, 144] })),
  kind('tall pixels', 'a.mkv', [...video('320x120', '25'), '-vf', 'setsar=2/3', ...x264()], output({ displayed: [320 * (2 / 3), 120] })),
  kind('4:2:2', 'a.mp4', [...PLAIN, ...x264('yuv422p')], output()),
  kind('4:4:4', 'a.mp4', [...PLAIN, ...x264('yuv444p')], output()),
  kind(
    '10-bit 4:2:2 ProRes',
    'a.mov',
    [...video('320x180', '25', 0.4), '-c:v', 'prores_ks'],
    output({ videoSeconds: 0.4 }),
  ),
  kind('10-bit', 'a.mp4', [...PLAIN, ...HEVC_10], output()),
  kind('HDR as HLG', 'a.mp4', [...PLAIN, ...HEVC_10, ...hdr('arib-std-b67')], output()),
  kind('HDR as PQ', 'a.mov', [...PLAIN, ...x264('yuv420p10le'), ...hdr('smpte2084')], output()),
];

const TIMES: readonly GeneratedKind<ExpectedOutput>[] = [
  kind('variable frame rate', 'a.mp4', [...video('320x180', '25', 2), '-vf', 'select=lt(n\\,20)+not(mod(n\\,5))', '-fps_mode', 'vfr', ...x264()],
    output({ videoSeconds: 1.84, slackSeconds: 0.2 })),
  kind('interlaced', 'a.mp4', [...video('180x144', '50'), '-vf', 'tinterlace=interleave_top', ...x264(), '-flags', '+ilme+ildct', '-x264opts', 'tff=1'],
    output({ displayed: [180, 144] })),
  kind('29.97 frames per second', 'a.mp4', [...video('320x180', '30000/1001'), ...x264()], output({ framesPerSecond: 30_000 / 1001, videoSeconds: 30 * (1001 / 30_000) })),
  kind('60 frames per second', 'a.mp4', [...video('320x180', '60'), ...x264()], output({ framesPerSecond: 60 })),
  kind('120 frames per second', 'a.mp4', [...video('320x180', '120'), ...x264()], output({ framesPerSecond: 60 })),
  kind('a single frame', 'a.mp4', [...video('320x180', '25', 0.04), ...x264()], output({ videoSeconds: 0.04 })),
  kind('a single key frame', 'a.mp4', [...PLAIN, ...x264(), '-g', '9999', '-sc_threshold', '0'], output()),
  kind('timestamps that start at one hour', 'a.ts', [...VIDEO_AND_AUDIO, ...x264(), ...AAC, '-output_ts_offset', '3600'], output({ audio: [stereo()] })),
  kind('timestamps that start at half a second', 'a.mp4', [...VIDEO_AND_AUDIO, ...x264(), ...AAC, '-output_ts_offset', '0.5'], output({ audio: [stereo()] })),
  kind('three hours at one frame per second', 'a.mp4', ['-f', 'lavfi', '-i', `color=teal:s=64x48:r=1:d=${THREE_HOURS}`, ...x264()],
    output({ displayed: [64, 48], framesPerSecond: 1, videoSeconds: THREE_HOURS })),
];

const SIX_CHANNELS = 'pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0';
const AUDIO: readonly GeneratedKind<ExpectedOutput>[] = [
  kind('no audio', 'a.mp4', [...PLAIN, ...x264()], output()),
  kind('5.1', 'a.mp4', [...VIDEO_AND_AUDIO, '-af', SIX_CHANNELS, ...x264(), ...AAC], output({ audio: [stereo(), surround()] })),
  kind('two languages', 'a.mp4',
    [...VIDEO_AND_AUDIO, ...tone(1, 880), '-map', '0', '-map', '1', '-map', '2', ...x264(), ...AAC, '-metadata:s:a:0', 'language=kor', '-metadata:s:a:1', 'language=eng'],
    output({ audio: [stereo('kor'), stereo('eng')] })),
  kind('two languages in Matroska, one in 5.1', 'a.mkv',
    [...VIDEO_AND_AUDIO, ...tone(1, 880), '-map', '0', '-map', '1', '-map', '2', '-filter:a:1', SIX_CHANNELS, ...x264(), ...AAC, '-metadata:s:a:0', 'language=fre', '-metadata:s:a:1', 'language=jpn'],
    // The group with 5.1 offers every language too.
    output({ audio: [stereo('fra'), stereo('fra'), stereo('jpn'), surround('jpn')] })),
  kind('audio longer than the video', 'a.mp4', [...PLAIN, ...tone(3), ...x264(), ...AAC], output({ audio: [stereo()], audioSeconds: 3 })),
  kind('audio shorter than the video', 'a.mp4', [...video('320x180', '25', 2), ...tone(0.5), ...x264(), ...AAC],
    output({ audio: [stereo()], videoSeconds: 2, audioSeconds: 0.5 })),
];

const WITH_AUDIO = output({ audio: [stereo()] });
const CONTAINERS: readonly GeneratedKind<ExpectedOutput>[] = [
  kind('Matroska with Opus', 'a.mkv', [...VIDEO_AND_AUDIO, ...x264(), '-c:a', 'libopus'], WITH_AUDIO),
  kind(
    'WebM',
    'a.webm',
    [...VIDEO_AND_AUDIO, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'],
    WITH_AUDIO,
  ),
  kind('a transport stream', 'a.ts', [...VIDEO_AND_AUDIO, ...x264(), ...AAC], WITH_AUDIO),
  kind('a program stream', 'a.mpg', [...VIDEO_AND_AUDIO, '-c:v', 'mpeg2video', '-c:a', 'mp2'], WITH_AUDIO),
  kind('Flash with H.264', 'a.flv', [...VIDEO_AND_AUDIO, ...x264(), ...AAC], WITH_AUDIO),
  kind('Flash with H.263', 'a.flv', [...VIDEO_AND_AUDIO, '-c:v', 'flv', '-c:a', 'aac'], WITH_AUDIO),
  kind('AVI', 'a.avi', [...VIDEO_AND_AUDIO, '-c:v', 'mpeg4', '-c:a', 'mp3'], output({ audio: [stereo()], slackSeconds: 0.05 })),
  kind('3GP', 'a.3gp', [...video('176x144', '15'), ...tone(), '-c:v', 'h263', ...AAC], output({ displayed: [176, 144], framesPerSecond: 15, audio: [stereo()] })),
  kind('MXF', 'a.mxf', [...VIDEO_AND_AUDIO, '-c:v', 'mpeg2video', '-c:a', 'pcm_s16le'], WITH_AUDIO),
];

const CENC = [
  '-encryption_scheme',
  'cenc-aes-ctr',
  '-encryption_key',
  '00112233445566778899aabbccddeeff',
  '-encryption_kid',
  '0'.repeat(32),
];

export const PLAYABLE_KINDS: readonly GeneratedKind<ExpectedOutput>[] = [...SHAPES, ...TIMES, ...AUDIO, ...CONTAINERS];

/** Kinds that are rejected without a job. */
export const REJECTED_KINDS: readonly GeneratedKind<EndCodeName>[] = [
  kind('a frame size too small to encode', 'a.mp4', [...video('16x16', '25', 0.2), ...x264()], 'unsupported_size'),
  kind(
    'a codec that the encoder does not support',
    'a.wmv',
    [...video('320x180', '25', 0.2), '-c:v', 'wmv2'],
    'unsupported_codec',
  ),
  kind('an encrypted MP4', 'a.mp4', [...video('320x180', '25', 0.2), ...x264(), ...CENC], 'unsupported_codec'),
  kind('audio-only Flash', 'a.flv', [...tone(0.2), ...AAC], 'no_video_track'),
  kind('audio-only Matroska', 'a.mka', [...tone(0.2), ...AAC], 'no_video_track'),
  ...CONTAINERS.filter(({ name }) => /^(?:Matroska|WebM|AVI|MXF)/.test(name)).map(truncated),
];
