import type { MeasuredRendition } from '../../../lambdas/chain/measure-renditions.ts';
import { findShortfall } from '../../../lambdas/metadata/find-shortfall.ts';

const SOURCE = { lengthMs: { min: 10_000 } };
const GAP = { code: 'source_has_gap', startMs: 3000, durationMs: 4000 };

function lasting(durationMs: number): MeasuredRendition[] {
  return [{ name: 'video', kind: 'video', durationMs } as MeasuredRendition];
}

test('warns where the video of a damaged source ends earlier than its gaps explain', () => {
  expect(findShortfall(lasting(3400), SOURCE, [GAP])).toEqual([{ code: 'source_cut_off', startMs: 3400 }]);
  expect(findShortfall(lasting(8000), SOURCE, [{ code: 'sound_damaged' }])).toEqual([{ code: 'source_cut_off', startMs: 8000 }]);
});

test.each([
  ['gaps explain it', 6000, [GAP]],
  ['nothing is missing', 10_000, [GAP]],
  ['the source is intact', 3400, []],
  ['another warning tells of the end', 3400, [GAP, { code: 'source_cut_off' }]],
  ['a recording follows', 3400, [{ code: 'source_changes', startMs: 3400 }]],
  ['a gap has an unknown duration', 3400, [GAP, { code: 'source_has_gap', startMs: 0 }]],
])('does not warn where %s', (_why, durationMs, warnings) => {
  expect(findShortfall(lasting(durationMs), SOURCE, warnings)).toEqual([]);
});
