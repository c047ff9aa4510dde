import { byteSourceOf } from '../../../media/byte-source.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { movie, trak } from '../../support/media/box-builder.ts';

const [one, minus, w] = [0x1_0000, -0x1_0000, 0x4000_0000];

const MATRICES = {
  identity: [one, 0, 0, 0, one, 0, 0, 0, w],
  clockwise: [0, one, 0, minus, 0, 0, 0, 0, w],
  upsideDown: [minus, 0, 0, 0, minus, 0, 0, 0, w],
  counterclockwise: [0, minus, 0, one, 0, 0, 0, 0, w],
  mirrored: [minus, 0, 0, 0, one, 0, 0, 0, w],
  flipped: [one, 0, 0, 0, minus, 0, 0, 0, w],
  transposed: [0, one, 0, one, 0, 0, 0, 0, w],
  transversed: [0, minus, 0, minus, 0, 0, 0, 0, w],
  zeros: [0, 0, 0, 0, 0, 0, 0, 0, 0],
  slanted: [46341, 46341, 0, -46341, 46341, 0, 0, 0, w],
} as const;

async function orientationsOf(matrix: keyof typeof MATRICES, movieMatrix: keyof typeof MATRICES = 'identity') {
  const { tracks } = await readMovie(byteSourceOf(movie(MATRICES[movieMatrix], trak({ matrix: MATRICES[matrix] }))));
  return [tracks[0]?.orientation, tracks[0]?.ownOrientation];
}

test.each([
  ['identity', 0, false],
  ['clockwise', 90, false],
  ['upsideDown', 180, false],
  ['counterclockwise', 270, false],
  ['mirrored', 0, true],
  ['flipped', 180, true],
  ['transposed', 90, true],
  ['transversed', 270, true],
  ['zeros', 0, false],
] as const)('reads the orientation of a matrix: %s', async (matrix, rotation, mirrored) => {
  expect(await orientationsOf(matrix)).toEqual([{ rotation, mirrored }, { rotation, mirrored }]);
});

test('returns no orientation for a skewed matrix', async () => {
  expect(await orientationsOf('slanted')).toEqual([undefined, undefined]);
});

test.each([
  ['identity', 'clockwise', 90, false],
  ['clockwise', 'clockwise', 180, false],
  ['mirrored', 'clockwise', 270, true],
  ['transposed', 'mirrored', 90, false],
  ['clockwise', 'zeros', 90, false],
] as const)('applies the matrix of the movie after that of the track: %s, then %s', async (own, whole, rotation, mirrored) => {
  expect((await orientationsOf(own, whole))[0]).toEqual({ rotation, mirrored });
});
