import { choosePosterFrame, planPosterFrames, posterSize } from '../../../media/stills/poster-frames.ts';

test.each([
  [0.1, 1, 1],
  [4, 1, 4],
  [60, 10, 6],
  [7200, 1200, 6],
])('plans candidates for the poster of %s s: one every %s s, %s in all', (duration, intervalSeconds, captures) => {
  expect(planPosterFrames({ startSeconds: 0, endSeconds: duration })).toEqual({ intervalSeconds, captures });
});

test.each([
  ['a few seconds before the picture', 3, 7, 1, 7],
  ['a picture that ends early', 0, 20, 3, 6],
  ['a long picture that begins late', 40, 160, 20, 8],
  ['a picture within one interval', 3.2, 3.8, 3.35, 2],
  ['a short picture that begins very late', 3000, 3010, 3002.5, 2],
])('plans candidates within the picture: %s', (_name, startSeconds, endSeconds, intervalSeconds, captures) => {
  const plan = planPosterFrames({ startSeconds, endSeconds });
  expect(plan).toEqual({ intervalSeconds: expect.closeTo(intervalSeconds, 9), captures });
  const times = Array.from({ length: captures }, (_, index) => index * plan.intervalSeconds);
  expect(times.some((time) => time >= startSeconds && time < endSeconds)).toBe(true);
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
