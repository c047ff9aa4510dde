import { makeWithFfmpeg, rotateBy90 } from '../clips.ts';
import { HEVC_10, PLAIN, video, x264 } from './clip-arguments.ts';
import { OWN_CURVE } from './input-kind.ts';
import { kindsOf, made, output, type PlayableKind, sizeOf } from './playable-kind.ts';

const kind = kindsOf('pictures');
const hdrKind = kindsOf('colors');

/** All renditions are in 4:2:0 with 8 bits. */
const PLAIN_FORMAT = { becomes: '4:2:0 in 8 bits' };

function squarePixels(expected: ReturnType<typeof output>): string {
  return sizeOf(expected).replace('pixels', 'square pixels');
}

function hdr(transfer: string): string[] {
  return ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
}

const STANDARD_RANGE = {
  becomes: 'standard dynamic range',
  onMediaConvert: OWN_CURVE,
};

export const PICTURE_KINDS: readonly PlayableKind[] = [
  kind('portrait', 'a.mp4', [...video('180x320', '25'), ...x264()], output({ displayed: [180, 320] })),
  made(
    'pictures',
    'landscape video rotated to portrait by its file',
    async () => rotateBy90(await makeWithFfmpeg('a.mp4', [...PLAIN, ...x264()])),
    output({ displayed: [180, 320] }),
    { becomes: (expected) => `${sizeOf(expected)}, rotated` },
  ),
  // testsrc2 would round the sides.
  kind('odd width and height, such as 321 × 181', 'a.mp4', ['-f', 'lavfi', '-i', 'testsrc=s=321x181:r=25:d=1', ...x264('yuv444p')], output({ displayed: [321, 181] }), { becomes: sizeOf }),
  kind('wide pixels', 'a.mp4', [...video('180x144', '25'), '-vf', 'setsar=64/45', ...x264()], output({ displayed: [256, 144] }), { becomes: squarePixels }),
  kind('tall pixels', 'a.mkv', [...video('320x120', '25'), '-vf', 'setsar=2/3', ...x264()], output({ displayed: [320 * (2 / 3), 120] }), { becomes: squarePixels }),
  kind('4:2:2', 'a.mp4', [...PLAIN, ...x264('yuv422p')], output(), PLAIN_FORMAT),
  kind('4:4:4', 'a.mp4', [...PLAIN, ...x264('yuv444p')], output(), PLAIN_FORMAT),
  kind('H.265 in 10 bits', 'a.mp4', [...PLAIN, ...HEVC_10], output(), PLAIN_FORMAT),
  hdrKind('high dynamic range as HLG', 'a.mp4', [...PLAIN, ...HEVC_10, ...hdr('arib-std-b67')], output(), STANDARD_RANGE),
  hdrKind('high dynamic range as PQ', 'a.mov', [...PLAIN, ...x264('yuv420p10le'), ...hdr('smpte2084')], output(), STANDARD_RANGE),
];
