import { makeWithFfmpeg } from '../clips.ts';
import { AAC, PLAIN, SIX_CHANNELS, tone, TWO_SOUND_TRACKS, video, VIDEO_AND_AUDIO, x264 } from './clip-arguments.ts';
import { withExternalTrack } from '../media/external-track.ts';
import { kindsOf, made, output, type PlayableKind, soundOf, stereo, surround } from './playable-kind.ts';

const kind = kindsOf('sound');
const SKIPPED = { becomes: 'no sound', warnings: ['sound_track_skipped'] } as const;

/** Replaces the codec name AC-3 with that of Apple's spatial audio, which no decoder here supports. */
function asSpatialAudio(mp4: Buffer): Buffer {
  const changed = Buffer.from(mp4);
  changed.write('apac', changed.lastIndexOf('ac-3'), 'latin1');
  changed.write('dapa', changed.lastIndexOf('dac3'), 'latin1');
  return changed;
}

export const SOUND_KINDS: readonly PlayableKind[] = [
  kind('no sound', 'a.mp4', [...PLAIN, ...x264()], output()),
  kind('5.1', 'a.mp4', [...VIDEO_AND_AUDIO, '-af', SIX_CHANNELS, ...x264(), ...AAC], output({ audio: [stereo(), surround()] }), { keeps: soundOf }),
  kind('two languages', 'a.mp4',
    [...VIDEO_AND_AUDIO, ...tone(1, 880), ...TWO_SOUND_TRACKS, ...x264(), ...AAC, '-metadata:s:a:0', 'language=kor', '-metadata:s:a:1', 'language=eng'],
    output({ audio: [stereo('kor'), stereo('eng')] }), { keeps: (expected) => `a choice of ${soundOf(expected)}` }),
  kind('two languages in Matroska, one in 5.1', 'a.mkv',
    [...VIDEO_AND_AUDIO, ...tone(1, 880), ...TWO_SOUND_TRACKS, '-filter:a:1', SIX_CHANNELS, ...x264(), ...AAC, '-metadata:s:a:0', 'language=fre', '-metadata:s:a:1', 'language=jpn'],
    // The group with 5.1 offers every language too.
    output({ audio: [stereo('fra'), stereo('fra'), stereo('jpn'), surround('jpn')] }), { keeps: (expected) => `a choice of ${soundOf(expected)}` }),
  kind('17 sound tracks', 'a.mkv', [...video('64x48', '25'), ...tone(), ...['0', ...Array.from({ length: 17 }, () => '1')].flatMap((input) => ['-map', input]), ...x264(), ...AAC],
    output({ displayed: [64, 48], audio: Array.from({ length: 16 }, () => stereo()) }), { becomes: 'the first 16', warnings: ['sound_tracks_limited'] }),
  kind('sound that cannot be decoded', 'a.mp4', [...VIDEO_AND_AUDIO, ...x264(), ...AAC, '-bsf:a', 'noise=amount=1'], output(), SKIPPED),
  kind('a sound track without samples, as written by recorders without a microphone', 'a.mp4',
    [...video('64x48', '25'), ...tone(), '-af', 'aselect=0', ...x264(), ...AAC, '-movflags', 'empty_moov+frag_keyframe'], output({ displayed: [64, 48] }), SKIPPED),
  made('sound', 'sound in another file, to which QuickTime refers',
    async () => withExternalTrack(await makeWithFfmpeg('a.mov', [...VIDEO_AND_AUDIO, ...x264(), ...AAC]), 1), output(), SKIPPED),
  made('sound', 'AAC next to a sound track with an unknown codec, such as spatial audio from a phone',
    async () => asSpatialAudio(await makeWithFfmpeg('a.mp4', [...video('64x48', '25'), ...tone(), ...tone(), ...TWO_SOUND_TRACKS, ...x264(), '-c:a:0', 'aac', '-c:a:1', 'ac3'])),
    output({ displayed: [64, 48], audio: [stereo()] }),
    { becomes: 'the AAC track', warnings: ['sound_track_skipped'] }),
];
