import { checkLengths } from '../../../lambdas/metadata/check-lengths.ts';
import { OutputIncompleteError } from '../../../lambdas/chain/errors.ts';
import type { MeasuredRendition } from '../../../lambdas/chain/measure-renditions.ts';

const SHORT = [{ name: 'video', kind: 'video', durationMs: 8000 } as MeasuredRendition];
const SOURCE = { lengthMs: { min: 12_000, max: 12_000 } };

test('accepts a short rendition of a source with a gap', () => {
  expect(() => checkLengths(SHORT, SOURCE, [{ code: 'source_has_gap', startMs: 4000, durationMs: 2000 }])).not.toThrow();
});

test('rejects a short rendition of an intact source', () => {
  expect(() => checkLengths(SHORT, SOURCE, [{ code: 'silence_added' }])).toThrow(OutputIncompleteError);
});
