import type { SourceAudioFacts } from '../../../catalog/schema/source-facts.ts';
import { selectSound } from '../../../lambdas/transcode/select-sound.ts';

const STEREO = { codec: 'AAC', channels: 2 };
const UNKNOWN = { codec: 'UNKNOWN', channels: 2 };
const EMPTY = { ...STEREO, isUndecodable: true };

function select(audio: readonly SourceAudioFacts[], undecodable: readonly number[] = []) {
  const { tracks, warnings } = selectSound(audio, new Set(undecodable));
  return { numbers: tracks.map(({ number }) => number), warnings: warnings.map(({ code, track }) => [code, track]) };
}

test.each([
  ['the only track, without a number', [STEREO], [], { numbers: [undefined], warnings: [] }],
  ['each of several tracks, with its number', [STEREO, STEREO], [], { numbers: [1, 2], warnings: [] }],
  ['the only recognized track, without a number', [UNKNOWN, STEREO], [], { numbers: [undefined], warnings: [['sound_track_skipped', 1]] }],
  ['recognized tracks, numbered without others', [UNKNOWN, STEREO, STEREO], [], { numbers: [1, 2], warnings: [['sound_track_skipped', 1]] }],
  ['a track after an empty one, which counts', [EMPTY, STEREO], [], { numbers: [2], warnings: [['sound_track_skipped', 1]] }],
  ['tracks beside one that did not decode', [UNKNOWN, STEREO, STEREO, STEREO], [2], { numbers: [1, 3], warnings: [['sound_track_skipped', 1], ['sound_track_skipped', 3]] }],
  ['nothing of a file whose only track did not decode', [STEREO], [1], { numbers: [], warnings: [['sound_track_skipped', 1]] }],
])('selects %s', (_name, audio, undecodable, expected) => {
  expect(select(audio, undecodable)).toEqual(expected);
});

test('keeps sixteen decodable tracks and warns about each one beyond', () => {
  const { numbers, warnings } = select([EMPTY, ...Array.from({ length: 18 }, () => STEREO)]);
  expect(numbers).toEqual(Array.from({ length: 16 }, (_, index) => index + 2));
  expect(warnings).toEqual([['sound_track_skipped', 1], ['sound_tracks_limited', 18], ['sound_tracks_limited', 19]]);
});

test('warns about channels beyond those of 7.1', () => {
  expect(select([{ codec: 'PCM', channels: 8 }]).warnings).toEqual([]);
  expect(select([{ codec: 'PCM', channels: 9 }]).warnings).toEqual([['sound_channels_skipped', 1]]);
});

test('passes on language, channels and the default flag', () => {
  const audio = [STEREO, { codec: 'AC3', channels: 6, language: 'kor', isDefault: true }];
  expect(selectSound(audio, new Set()).tracks).toEqual([
    { channels: 2, number: 1 },
    { channels: 6, number: 2, language: 'kor', isDefault: true },
  ]);
});
