import { byteSourceOf } from '../../../media/byte-source.ts';
import { measureFrameRate } from '../../../media/frame-rate/measure-frame-rate.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { movie, trak, u32 } from '../../support/media/box-builder.ts';

async function frameTimesOf(timescale: number, stts: Buffer) {
  const { tracks } = await readMovie(byteSourceOf(movie(trak({ timescale, stts }))));
  return tracks[0]?.readFrameTimes();
}

test.each([
  ['equal frames', 600, u32(1, 100, 20), [30, 1], false],
  ['23.976 rounded to 1/600 s', 600, u32(2, 976, 25, 24, 26), [24000, 1001], false],
  ['29.97 rounded to milliseconds', 1000, u32(2, 633, 33, 367, 34), [30000, 1001], false],
  ['a track with a longer last frame', 600, u32(2, 99, 20, 1, 600), [30, 1], false],
  ['a screen recording with gaps', 1000, u32(3, 50, 33, 5, 1000, 10, 33), [30, 1], true],
])('measures the frame rate of %s', async (_name, timescale, stts, [numerator, denominator], variable) => {
  const times = await frameTimesOf(timescale, stts);
  expect(times && measureFrameRate(times)).toEqual({ frameRate: { numerator, denominator }, variable });
});

test('has no times for a track without samples', async () => expect(await frameTimesOf(600, u32(0))).toBeUndefined());

test('reads half a million samples of a track that claims four billion', async () => {
  const times = await frameTimesOf(600, u32(1, 0xffff_ffff, 20));
  expect(times).toMatchObject({ complete: false });
  expect(times?.stretches[0]).toHaveLength(500_000);
});
