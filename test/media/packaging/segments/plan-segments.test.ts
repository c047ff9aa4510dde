import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import { maxSegmentBytes, planSegments } from '../../../../media/packaging/segments/plan-segments.ts';
import { segmentTimes } from '../../../../media/packaging/segments/segment-samples.ts';
import { type Film, makeFilmIndex } from '../../../support/media/packaging/film-index.ts';

/** Returns the starts of segments in seconds after the first picture, and the end of the last one. */
function startsOf(film: Film, segmentSeconds?: number): number[] {
  const index = makeFilmIndex(film);
  const plan = planSegments(index, segmentSeconds ?? film.segmentSeconds);
  const times = Array.from({ length: plan.segments }, (_, segment) => segmentTimes(index, plan, segment));
  const first = times[0]?.startSeconds ?? 0;
  return [...times.map(({ startSeconds }) => startSeconds - first), (times.at(-1)?.endSeconds ?? 0) - first].map((time) => Math.round(time * 100) / 100);
}

test.each<[string, Film, number | undefined, number[]]>([
  ['at six seconds where key frames allow', { seconds: 20, gopFrames: 48 }, undefined, [0, 6, 12, 20]],
  ['at the closest key frames', { seconds: 21, gopFrames: 5 * 24 }, undefined, [0, 5, 10, 15, 21]],
  ['at key frames further apart than the target', { seconds: 30, gopFrames: 10 * 24 }, undefined, [0, 10, 20, 30]],
  ['at another duration', { seconds: 12, gopFrames: 24 }, 2, [0, 2, 4, 6, 8, 10, 12]],
  ['of a video with one key frame not at all', { seconds: 11, gopFrames: 1000 }, undefined, [0, 11]],
  ['without a stub at the end', { seconds: 13, gopFrames: 24 }, undefined, [0, 6, 13]],
  ['with a rest of half the target', { seconds: 15, gopFrames: 24 }, undefined, [0, 6, 12, 15]],
])('cuts %s', (_name, film, segmentSeconds, starts) => {
  expect(startsOf(film, segmentSeconds)).toEqual(starts);
});

test('segments get shorter where they would be too large', () => {
  // A second has 4.2 MB on average, of which three fit into 6 MB + 3 × 1 MB at most twice.
  const starts = startsOf({ seconds: 12, gopFrames: 24, pictureBytes: 160_000 });
  const durations = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  expect(Math.max(...durations)).toBeLessThanOrEqual(2.1);
});

test('refuses a group of pictures that is too large', () => {
  const film = { seconds: 8, gopFrames: 96, pictureBytes: 160_000 };
  expect(() => makeFilmIndex(film)).toThrow(expect.objectContaining({ code: 'segment_too_large' }));
});

test('the largest group of pictures that is packaged fits into a segment with all headers', () => {
  const film = (pictureBytes: number): Film => ({ seconds: 8, gopFrames: 192, pictureBytes });
  const isRefused = (pictureBytes: number): boolean => {
    try {
      makeFilmIndex(film(pictureBytes));
      return false;
    } catch (error) {
      return (error as { code?: string }).code === 'segment_too_large';
    }
  };
  let [accepted, refused] = [10_000, 200_000];
  while (refused - accepted > 1) {
    const middle = Math.round((accepted + refused) / 2);
    if (isRefused(middle)) refused = middle;
    else accepted = middle;
  }
  const index = makeFilmIndex(film(accepted));
  const { bytes } = planFmp4Segment(index, { plan: index.plan, segment: 0 });
  expect(bytes).toBeLessThanOrEqual(maxSegmentBytes(8));
  expect(bytes).toBeGreaterThan(0.95 * maxSegmentBytes(8));
});

test('refuses a segment that does not exist', () => {
  const index = makeFilmIndex({ seconds: 12, gopFrames: 24 });
  const codes = [-1, 2, 0.5, Number.NaN].map((segment) => {
    try {
      return segmentTimes(index, index.plan, segment);
    } catch (error) {
      return (error as { code?: string }).code;
    }
  });
  expect(codes).toEqual(Array.from({ length: 4 }, () => 'no_such_segment'));
});
