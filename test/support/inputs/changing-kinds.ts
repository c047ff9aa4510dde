import { joinFiles, makeChangingStream, makeWithFfmpeg } from '../clips.ts';
import { delayed } from '../media/delayed-stream.ts';
import { tone, video, x264 } from './clip-arguments.ts';
import { made, output, type PlayableKind, rateOf, sizeOf, soundOf, stereo, surround } from './playable-kind.ts';

const MPEG2 = ['-c:v', 'mpeg2video'];

/** A second of picture and sound. */
function part(layout: string, rate: number, codec: string): string[] {
  return [...video('64x48', '25'), ...tone(), ...x264(), '-ac', layout, '-ar', String(rate), '-c:a', codec];
}

export const CHANGING_KINDS: readonly PlayableKind[] = [
  made('changes', 'a transport stream that changes to a smaller portrait picture',
    () => makeChangingStream(1, [...video('128x72', '25'), ...x264()], [...video('48x64', '25'), ...x264()]),
    output({ displayed: [128, 72], videoSeconds: 2 }),
    { becomes: (expected) => `${sizeOf(expected)}, the largest size that lasts a second` }),
  made('changes', 'a broadcast that changes from 4:3 to 16:9',
    () => makeChangingStream(1, [...video('192x144', '25'), ...MPEG2, '-aspect', '4:3'], [...video('192x144', '25'), ...MPEG2, '-aspect', '16:9']),
    output({ displayed: [256, 144], videoSeconds: 2 }),
    { becomes: (expected) => `${sizeOf(expected)} throughout` }),
  made('changes', 'WebM with AV1 that changes to a larger picture',
    async () => {
      const parts = ['64x36', '128x72'].map((size) => makeWithFfmpeg('a.webm', [...video(size, '25'), '-c:v', 'libaom-av1', '-cpu-used', '8']));
      return joinFiles(await Promise.all(parts), 'a.webm');
    },
    output({ displayed: [128, 72], videoSeconds: 2 }),
    { becomes: (expected) => `${sizeOf(expected)} throughout` }),
  made('changes', 'a transport stream with MPEG-4 that changes to a larger picture',
    () => makeChangingStream(1, [...video('64x36', '25'), '-c:v', 'mpeg4'], [...video('128x72', '25'), '-c:v', 'mpeg4']),
    output({ displayed: [128, 72], videoSeconds: 2 }),
    { becomes: (expected) => `${sizeOf(expected)} throughout` }),
  made('changes', 'an AVI that changes to a larger picture',
    async () => {
      const parts = ['64x36', '128x72'].map((size) => makeWithFfmpeg('a.avi', [...video(size, '25'), ...x264()]));
      return joinFiles(await Promise.all(parts), 'a.avi');
    },
    output({ displayed: [128, 72], videoSeconds: 2 }),
    { becomes: (expected) => `${sizeOf(expected)} throughout` }),
  made('changes', 'Flash that changes from 25 to 50 frames per second',
    async () => joinFiles([await makeChangingStream(2, [...video('64x48', '25', 2), ...x264()], [...video('64x48', '50', 2), ...x264()])], 'a.flv'),
    output({ displayed: [64, 48], framesPerSecond: 50, videoSeconds: 4, slackSeconds: 0.1 }),
    { becomes: (expected) => `${rateOf(expected)} throughout` }),
  made('changes', 'a transport stream that changes from stereo to 5.1',
    () => makeChangingStream(1, part('2', 48_000, 'ac3'), part('6', 48_000, 'ac3')),
    output({ displayed: [64, 48], videoSeconds: 2, audioSeconds: 2, audio: [stereo(), surround()], slackSeconds: 0.1 }),
    { becomes: (expected) => `${soundOf(expected)} throughout` }),
  made('changes', 'a transport stream that changes from mono at 44.1 kHz to stereo at 48 kHz',
    () => makeChangingStream(1, part('1', 44_100, 'aac'), part('2', 48_000, 'aac')),
    output({ displayed: [64, 48], videoSeconds: 2, audioSeconds: 2, audio: [stereo()], slackSeconds: 0.1 }),
    { becomes: (expected) => `${soundOf(expected)} throughout` }),
  ...([
    ['AC-3 whose clock jumps back by 3 s', part('2', 48_000, 'ac3'), 7],
    ['AAC whose clock jumps forward by 50 s', part('2', 48_000, 'aac'), 61],
  ] as const).map(([name, args, second]) =>
    made('changes', `a transport stream with ${name}`,
      async () => {
        const recording = await makeWithFfmpeg('a.ts', args);
        return Buffer.concat([delayed(recording, 10), delayed(recording, second)]);
      },
      output({ displayed: [64, 48], videoSeconds: 2, audioSeconds: 2, audio: [stereo()], slackSeconds: 0.1 }),
      { keeps: 'both parts in a row, in sync' })),
  made('changes', 'a transport stream whose picture and sound move to other packet ids',
    async () => {
      const args = part('2', 48_000, 'aac');
      const moved = [...args, '-output_ts_offset', '1', '-mpegts_start_pid', '0x300'];
      return Buffer.concat([await makeWithFfmpeg('a.ts', args), await makeWithFfmpeg('a.ts', moved)]);
    },
    output({ displayed: [64, 48], videoSeconds: 2, audioSeconds: 2, audio: [stereo()], slackSeconds: 0.1 }),
    {
      becomes: 'everything, in sync',
      warnings: ['source_changes'],
      onMediaConvert: 'Picture or sound may be missing after the change: whether it follows them is not documented.',
    }),
  made('changes', 'a VOB with AC-3 whose clock jumps back by 8 s',
    async () => {
      const recording = ['10', '2'].map((offset) => [...video('64x48', '25'), ...tone(), ...MPEG2, '-c:a', 'ac3', '-ac', '2', '-output_ts_offset', offset]);
      return Buffer.concat(await Promise.all(recording.map((args) => makeWithFfmpeg('a.vob', args))));
    },
    output({ displayed: [64, 48], videoSeconds: 2, audioSeconds: 2, audio: [stereo()], slackSeconds: 0.15 }),
    { keeps: 'both parts in a row, in sync' }),
];
