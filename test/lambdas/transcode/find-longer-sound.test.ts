import { findLongerSound } from '../../../lambdas/transcode/find-longer-sound.ts';
import { SOURCE_FACTS } from '../../support/catalog/test-videos.ts';

interface Times {
  readonly startMs?: number;
  readonly endMs?: number;
  readonly isDefault?: boolean;
}

function warningsOf(picture: Times, ...sound: readonly Times[]) {
  const tracks = sound.map((times, index) => ({ track: index + 1, facts: { codec: 'AAC', channels: 2, ...times } }));
  return findLongerSound({ ...SOURCE_FACTS.video, ...picture }, tracks);
}

test.each([
  ['no sound', { endMs: 4000 }, []],
  ['one sound track that is longer than the picture', { endMs: 4000 }, [{ endMs: 9000 }]],
  ['an additional sound track that is shorter', { endMs: 4000 }, [{ endMs: 4000 }, { startMs: 1000, endMs: 3000 }]],
  ['an additional sound track that is longer by less than half a second', { endMs: 4000 }, [{ endMs: 4000 }, { endMs: 4400 }]],
  ['an additional sound track that is as long as the picture', { endMs: 9000 }, [{ endMs: 4000 }, { endMs: 9000 }]],
  ['sound tracks that are all longer', { endMs: 4000 }, [{ endMs: 9000 }, { endMs: 9000 }]],
  ['times that are unknown', {}, [{}, { endMs: 9000 }]],
])('says nothing of %s', (_name, picture, sound) => {
  expect(warningsOf(picture, ...sound)).toEqual([]);
});

test('warns about an additional sound track that ends last', () => {
  expect(warningsOf({ endMs: 4000 }, { endMs: 5000 }, { endMs: 9000 }, { endMs: 3000 })).toEqual([
    { code: 'tracks_differ_in_length', track: 2, startMs: 5000, durationMs: 4000 },
  ]);
});

test('warns about an additional sound track that begins first', () => {
  expect(warningsOf({ startMs: 4000, endMs: 8000 }, { startMs: 3000, endMs: 8000 }, { endMs: 8000 })).toEqual([
    { code: 'tracks_differ_in_length', track: 2, startMs: 0, durationMs: 3000 },
  ]);
});

test('compares with the sound that plays by default', () => {
  expect(warningsOf({ endMs: 4000 }, { endMs: 9000 }, { endMs: 5000, isDefault: true })).toEqual([
    { code: 'tracks_differ_in_length', track: 1, startMs: 5000, durationMs: 4000 },
  ]);
});
