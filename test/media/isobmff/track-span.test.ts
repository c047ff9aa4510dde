import type { Movie, MovieTrack } from '../../../media/isobmff/movie.ts';
import { trackSpan } from '../../../media/isobmff/track-span.ts';

/** Returns the span of a track of ten seconds, in ticks of 1/100 s; those of the movie last 1 ms. */
function spanOf(edits: readonly [segmentDuration: number, mediaTime: number][], duration = 1000) {
  const track = {
    timescale: 100,
    duration,
    edits: edits.map(([segmentDuration, mediaTime]) => ({ segmentDuration, mediaTime, rate: 1 })),
  };
  return trackSpan({ timescale: 1000 } as Movie, track as unknown as MovieTrack);
}

test.each([
  ['without edits', [], 0, 10],
  ['with an edit that skips priming', [[9900, 10]], 0, 9.9],
  ['with an empty edit', [[3000, -1], [10_000, 0]], 3, 13],
  ['with two empty edits', [[3000, -1], [500, -1], [10_000, 0]], 3.5, 13.5],
  ['with an edit that ends early', [[2000, 0]], 0, 2],
  ['with several edits', [[1000, -1], [2000, 100], [3000, 700]], 1, 6],
  ['with an empty edit in the middle', [[2000, 0], [1000, -1], [2000, 200]], 0, 5],
  ['with an edit of no duration', [[0, 100]], 0, 9],
  ['with an empty edit and one of no duration', [[3000, -1], [0, 0]], 3, 13],
] as [string, [number, number][], number, number][])('%s', (_name, edits, startSeconds, endSeconds) => {
  expect(spanOf(edits)).toEqual({ startSeconds, endSeconds });
});

test('returns no end for a fragmented track without a duration', () => {
  expect(spanOf([[2000, -1], [0, 0]], 0)).toEqual({ startSeconds: 2, endSeconds: undefined });
});
