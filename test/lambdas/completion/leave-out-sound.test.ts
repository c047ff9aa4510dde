import { leaveOutSound, MAX_SOUND_FAILURES } from '../../../lambdas/completion/leave-out-sound.ts';

/** Simulates an encoder that fails without naming the track. @returns the tracks left out in the end, and the number of failures */
function encode(tracks: readonly number[], broken: readonly number[]) {
  const suspects: number[][] = [];
  let leftOut: readonly number[] = [];
  for (;;) {
    const planned = tracks.filter((track) => !leftOut.includes(track));
    if (!planned.some((track) => broken.includes(track))) return { leftOut, failures: suspects.length };
    suspects.push(planned);
    leftOut = leaveOutSound(suspects, planned);
  }
}

test.each([
  ['the only track', [1], [1], [1], 1],
  ['the second of two', [1, 2], [2], [2], 1],
  ['the first of two', [1, 2], [1], [1], 2],
  ['both of two', [1, 2], [1, 2], [1, 2], 3],
  ['the last of three', [1, 2, 3], [3], [3], 1],
  ['the middle of three', [1, 2, 3], [2], [2], 2],
  ['the first of three', [1, 2, 3], [1], [1], 3],
])('leaves out %s if it cannot be decoded', (_name, tracks, broken, leftOut, failures) => {
  expect(encode(tracks, broken)).toEqual({ leftOut, failures });
});

test('gives up all sound after several failures', () => {
  const tracks = Array.from({ length: 16 }, (_, index) => index + 1);
  expect(encode(tracks, tracks)).toEqual({ leftOut: tracks, failures: MAX_SOUND_FAILURES });
});

test('leaves out exactly the tracks that the encoder names', () => {
  expect(leaveOutSound([[2]], [1, 2, 3])).toEqual([2]);
  expect(leaveOutSound([[2], [3]], [1, 3])).toEqual([2, 3]);
});
