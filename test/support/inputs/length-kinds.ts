import { makeWithFfmpeg } from '../clips.ts';
import { withEdits, withOpenEdits } from '../media/edited-movie.ts';
import { AAC, PLAIN, tone, TWO_SOUND_TRACKS, video, VIDEO_AND_AUDIO, x264 } from './clip-arguments.ts';
import { kindsOf, lengthOf, made, output, type PlayableKind, stereo } from './playable-kind.ts';

const kind = kindsOf('lengths');
const THREE_HOURS = 10_800;
const FROM_ZERO = { keeps: 'everything, from 0:00' };

/** Returns a QuickTime file whose edits present parts of it. */
async function edited(...parts: Parameters<typeof withEdits>[1]): Promise<Buffer> {
  const file = await makeWithFfmpeg('a.mov', [...video('64x48', '25', 2), ...tone(2), ...x264(), '-bf', '2', '-g', '40', ...AAC]);
  return withEdits(file, parts);
}

export const LENGTH_KINDS: readonly PlayableKind[] = [
  kind('three hours at one frame per second', 'a.mp4', ['-f', 'lavfi', '-i', `color=teal:s=64x48:r=1:d=${THREE_HOURS}`, ...x264()],
    output({ displayed: [64, 48], framesPerSecond: 1, videoSeconds: THREE_HOURS })),
  kind('timestamps that start at one hour', 'a.ts', [...VIDEO_AND_AUDIO, ...x264(), ...AAC, '-output_ts_offset', '3600'], output({ audio: [stereo()] }), FROM_ZERO),
  kind('timestamps that start at half a second', 'a.mp4', [...VIDEO_AND_AUDIO, ...x264(), ...AAC, '-output_ts_offset', '0.5'], output({ audio: [stereo()] }), FROM_ZERO),
  kind('timestamps that start at one minute', 'a.flv', [...VIDEO_AND_AUDIO, ...x264(), ...AAC, '-output_ts_offset', '60'], output({ audio: [stereo()] }), FROM_ZERO),
  made('lengths', 'QuickTime trimmed by its edit list, as phones trim a video', () => edited({ from: 0.4, seconds: 1 }),
    output({ displayed: [64, 48], audio: [stereo()] }), { becomes: 'what the edit presents, from its first frame' }),
  made('lengths', 'QuickTime whose edits present its parts in another order', () => edited({ from: 1, seconds: 1 }, { from: 0, seconds: 1 }),
    output({ displayed: [64, 48], videoSeconds: 2, audioSeconds: 2, audio: [stereo()] }), { becomes: 'the parts in the order of the edits' }),
  made('lengths', 'an MP4 whose edits have no duration', async () => withOpenEdits(await makeWithFfmpeg('a.mp4', [...VIDEO_AND_AUDIO, ...x264(), ...AAC])),
    output({ audio: [stereo()] }), { keeps: 'everything from the start of the edits' }),
  kind('1 s of picture with 3 s of sound', 'a.mp4', [...PLAIN, ...tone(3), ...x264(), ...AAC],
    output({ audio: [stereo()], videoSeconds: 3, audioSeconds: 3 }), { becomes: (expected) => `${lengthOf(expected)} of both` }),
  kind('2 s of picture with half a second of sound', 'a.mp4', [...video('320x180', '25', 2), ...tone(0.5), ...x264(), ...AAC],
    output({ audio: [stereo()], videoSeconds: 2, audioSeconds: 2 }), { becomes: (expected) => `${lengthOf(expected)} of both` }),
  kind('sound that starts 1 s before the picture', 'a.mkv',
    ['-itsoffset', '1', ...video('64x48', '25'), ...tone(2), ...x264(), ...AAC, '-fps_mode', 'passthrough'],
    output({ displayed: [64, 48], audio: [stereo()], videoSeconds: 2, audioSeconds: 2, slackSeconds: 0.08 }), { becomes: (expected) => `${lengthOf(expected)} of both` }),
  kind('sound that starts 1 s after the picture', 'a.mkv',
    [...video('64x48', '25', 2), '-itsoffset', '1', ...tone(), ...x264(), ...AAC],
    output({ displayed: [64, 48], audio: [stereo()], videoSeconds: 2, audioSeconds: 2, slackSeconds: 0.08 }), { becomes: (expected) => `${lengthOf(expected)} of both` }),
  kind('a second sound track that is longer than the picture and the first one', 'a.mp4',
    [...video('64x48', '25'), ...tone(), ...tone(2), ...TWO_SOUND_TRACKS, ...x264(), ...AAC],
    output({ displayed: [64, 48], audio: [stereo(), stereo()], videoSeconds: 2, audioSeconds: 2 }),
    {
      becomes: (expected) => `${lengthOf(expected)} of all tracks`,
      warnings: ['tracks_differ_in_length'],
      onMediaConvert: 'The excess may be cut: padding is documented for only one sound track.',
    }),
];
