import { byteSourceOf } from '../../../media/byte-source.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { movie, trak } from '../../support/media/box-builder.ts';

const [one, minus] = [0x1_0000, -0x1_0000];

test.each([
  [0, [one, 0, 0, 0, one, 0, 0, 0, 1]],
  [90, [0, one, 0, minus, 0, 0, 0, 0, 1]],
  [180, [minus, 0, 0, 0, minus, 0, 0, 0, 1]],
  [270, [0, minus, 0, one, 0, 0, 0, 0, 1]],
  [undefined, [46341, 46341, 0, -46341, 46341, 0, 0, 0, 1]],
])('reads a rotation of %s degrees from the matrix', async (rotation, matrix) => {
  const { tracks } = await readMovie(byteSourceOf(movie(trak({ matrix }))));
  expect(tracks[0]?.rotation).toBe(rotation);
});
