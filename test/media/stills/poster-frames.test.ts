import { choosePosterFrame, planPosterFrames, posterSize } from '../../../media/stills/poster-frames.ts';

test.each([
  [0.1, 1, 1],
  [4, 1, 4],
  [60, 10, 6],
  [7200, 1200, 6],
])('plans candidates for the poster of %s s: one every %s s, %s in all', (duration, intervalSeconds, captures) => {
  expect(planPosterFrames(duration)).toEqual({ intervalSeconds, captures });
});

test('chooses the largest size up to 720p', () => {
  const [hd, portrait, small] = [
    { width: 1920, height: 1080 },
    { width: 720, height: 1280 },
    { width: 360, height: 640 },
  ];
  expect(posterSize([hd, portrait, small])).toBe(portrait);
  expect(posterSize([small])).toBe(small);
});

test('chooses the frame with the most detail, the earliest of equals', () => {
  const frames = [20, 50, 50, 30].map((sizeBytes, index) => ({ index, sizeBytes }));
  expect(choosePosterFrame(frames)).toEqual({ index: 1, sizeBytes: 50 });
  expect(choosePosterFrame([])).toBeUndefined();
});
