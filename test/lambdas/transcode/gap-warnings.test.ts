import { gapWarnings } from '../../../lambdas/transcode/gap-warnings.ts';

test('warns about each gap with its start and, if known, its duration', () => {
  expect(gapWarnings([{ startSeconds: 1.2345, endSeconds: 3 }, { startSeconds: 9, endSeconds: undefined }])).toEqual([
    { code: 'source_has_gap', startMs: 1235, durationMs: 1766 },
    { code: 'source_has_gap', startMs: 9000 },
  ]);
});

test('warns that a file is cut off where nothing follows the damage', () => {
  expect(gapWarnings([{ startSeconds: 9, endSeconds: undefined, reachesEnd: true }])).toEqual([{ code: 'source_cut_off', startMs: 9000 }]);
});

test('combines more than 20 gaps', () => {
  const gaps = Array.from({ length: 21 }, (_, index) => ({ startSeconds: index * 10, endSeconds: index * 10 + 1 }));
  expect(gapWarnings(gaps)).toEqual([{ code: 'source_has_gap', startMs: 0, durationMs: 201_000 }]);
});

test('tells changes and damage to the picture from gaps, in order of time', () => {
  expect(gapWarnings([{ startSeconds: 5, endSeconds: undefined, kind: 'change' }, { startSeconds: 1, endSeconds: 2, kind: 'picture' }])).toEqual([
    { code: 'picture_damaged', startMs: 1000, durationMs: 1000 },
    { code: 'source_changes', startMs: 5000 },
  ]);
});
