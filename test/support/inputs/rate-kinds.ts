import { makeWithFfmpeg, withoutDefaultDuration } from '../clips.ts';
import { PLAIN, video, x264 } from './clip-arguments.ts';
import { kindsOf, made, output, type PlayableKind, rateOf } from './playable-kind.ts';

const kind = kindsOf('rates');

export const RATE_KINDS: readonly PlayableKind[] = [
  kind('29.97 frames per second', 'a.mp4', [...video('320x180', '30000/1001'), ...x264()], output({ framesPerSecond: 30_000 / 1001, videoSeconds: 30 * (1001 / 30_000) })),
  kind('60 frames per second', 'a.mp4', [...video('320x180', '60'), ...x264()], output({ framesPerSecond: 60 })),
  kind('60 frames per second in an MP4 with one frame per fragment', 'a.mp4', [...video('320x180', '60'), ...x264(), '-movflags', 'frag_every_frame'], output({ framesPerSecond: 60 })),
  kind('120 frames per second', 'a.mp4', [...video('320x180', '120'), ...x264()], output({ framesPerSecond: 60 }), { becomes: rateOf }),
  made(
    'rates',
    '60 frames per second in Matroska without a stated rate',
    async () => withoutDefaultDuration(await makeWithFfmpeg('a.mkv', [...video('320x180', '60'), ...x264()])),
    output({ framesPerSecond: 60 }),
  ),
  kind('variable frame rate, in steps of 1/25 s', 'a.mp4', [...video('320x180', '25', 2), '-vf', 'select=lt(n\\,20)+not(mod(n\\,5))', '-fps_mode', 'vfr', ...x264()],
    output({ videoSeconds: 1.84, slackSeconds: 0.2 }), { becomes: (expected) => `a constant rate of ${rateOf(expected)}` }),
  kind('interlaced, 50 fields per second', 'a.mp4', [...video('180x144', '50'), '-vf', 'tinterlace=interleave_top', ...x264(), '-flags', '+ilme+ildct', '-x264opts', 'tff=1'],
    output({ displayed: [180, 144] }), { becomes: (expected) => `progressive, ${rateOf(expected)}` }),
  kind('a single frame', 'a.mp4', [...video('320x180', '25', 0.04), ...x264()], output({ videoSeconds: 0.04 })),
  kind('a single key frame', 'a.mp4', [...PLAIN, ...x264(), '-g', '9999', '-sc_threshold', '0'], output()),
];
