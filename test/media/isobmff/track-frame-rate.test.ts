import { byteSourceOf } from '../../../media/byte-source.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { movie, trak, u32 } from '../../support/media/box-builder.ts';

test.each([
  ['equal frames', 600, u32(1, 100, 20), { numerator: 30, denominator: 1 }, false],
  ['23.976 rounded to 1/600 s', 600, u32(2, 976, 25, 24, 26), { numerator: 24000, denominator: 1001 }, false],
  ['29.97 rounded to milliseconds', 1000, u32(2, 633, 33, 367, 34), { numerator: 30000, denominator: 1001 }, false],
  ['a track with a longer last frame', 600, u32(2, 99, 20, 1, 600), { numerator: 30, denominator: 1 }, false],
  ['a screen recording with gaps', 1000, u32(3, 50, 33, 5, 1000, 10, 33), { numerator: 1000, denominator: 33 }, true],
])('derives the frame rate of %s', async (_name, timescale, stts, frameRate, variable) => {
  const { tracks } = await readMovie(byteSourceOf(movie(trak({ timescale, stts }))));
  expect(tracks[0]?.timing).toMatchObject({ frameRate, variable });
});
