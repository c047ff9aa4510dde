import { alignFragments, joinFragments } from '../../media/segments.ts';
import { fragments } from '../support/media/fragments.ts';

function durationsOf(segments: ReturnType<typeof joinFragments>): number[] {
  return segments.map(({ durationTicks }) => durationTicks);
}

describe('segments', () => {
  test('joins whole groups of pictures', () => {
    const segments = joinFragments(fragments(60_060, 60_060, 60_060, 60_060), 30_000, { segmentSeconds: 6.006 });
    expect(segments).toEqual([
      { offset: 500, size: 3000, startSeconds: 0, durationSeconds: 6.006, durationTicks: 180_180 },
      { offset: 3500, size: 1000, startSeconds: 6.006, durationSeconds: 2.002, durationTicks: 60_060 },
    ]);
  });

  test('joins a short last segment to the one before it', () => {
    const length = { segmentSeconds: 6, minFinalSeconds: 1 };
    expect(durationsOf(joinFragments(fragments(2000, 2000, 2000, 40), 1000, length))).toEqual([6040]);
    expect(durationsOf(joinFragments(fragments(40), 1000, length))).toEqual([40]);
  });

  test('aligns audio segments with those of the video and continues after them', () => {
    const video = joinFragments(fragments(6000, 6000, 3000), 1000, { segmentSeconds: 6 });
    const audio = fragments(...Array.from({ length: 27 }, () => 1003));
    expect(durationsOf(alignFragments(audio, 1000, video, { segmentSeconds: 6 }))).toEqual([
      6018, 6018, 6018, 6018, 3009,
    ]);
  });
});
