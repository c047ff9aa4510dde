import { byteSourceOf } from '../../../media/byte-source.ts';
import { findFragmentGaps } from '../../../media/isobmff/fragment-gaps.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { fragmentsOf, overwritten, renumbered, withoutFragments } from '../../support/fragments.ts';

const FRAGMENTED = ['-movflags', 'empty_moov+frag_keyframe+default_base_moof', '-g', '10', '-bf', '0'];
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=6'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=r=16000:d=6'];

/** Six fragments of a second. */
let both: Buffer;
let silent: Buffer;
beforeAll(async () => {
  const args = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...FRAGMENTED];
  both = await makeWithFfmpeg('a.mp4', [...PICTURE, ...SOUND, ...args]);
  silent = await makeWithFfmpeg('a.mp4', [...PICTURE, ...args]);
});

/** Finds the gaps of a file, in seconds, rounded to halves. */
async function gapsOf(file: Buffer) {
  const source = byteSourceOf(file);
  const movie = await readMovie(source);
  const { gaps, cutOffSeconds } = await findFragmentGaps(source, movie, movie.tracks);
  const round = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.round(seconds * 2) / 2);
  return { gaps: gaps.map(({ startSeconds, endSeconds }) => [round(startSeconds), round(endSeconds)]), cutOff: cutOffSeconds !== undefined };
}

/** Returns the start of a fragment, or a place within it. */
function placeIn(file: Buffer, fragment: number, share = 0): number {
  const { start = 0, end = 0 } = fragmentsOf(file)[fragment] ?? {};
  return start + (end - start) * share;
}

test('finds no gap in an intact file', async () => {
  expect(await gapsOf(both)).toEqual({ gaps: [], cutOff: false });
});

test.each([
  ['one fragment', [2], [[2, 3]]],
  ['neighbors', [2, 3], [[2, 4]]],
  ['two places', [1, 4], [[1, 2], [4, 5]]],
])('finds missing fragments: %s', async (_name, positions, gaps) => {
  expect((await gapsOf(withoutFragments(both, ...positions))).gaps).toEqual(gaps);
  expect((await gapsOf(withoutFragments(silent, ...positions))).gaps).toEqual(gaps);
});

test('counts a gap without missing numbers only if all of several tracks have it', async () => {
  expect((await gapsOf(renumbered(withoutFragments(both, 2)))).gaps).toEqual([[2, 3]]);
  expect((await gapsOf(renumbered(withoutFragments(silent, 2)))).gaps).toEqual([]);
});

test.each(['\0', 'noise'])('finds parts overwritten with %j', async (fill) => {
  expect((await gapsOf(overwritten(both, placeIn(both, 2, 0.5), placeIn(both, 4, 0.5), fill))).gaps).toEqual([[3, 5]]);
  const early = overwritten(both, placeIn(both, 0), placeIn(both, 1, 0.5), fill);
  expect((await gapsOf(early)).gaps).toEqual([[0, undefined]]);
  const two = overwritten(both, placeIn(both, 1), placeIn(both, 1, 0.9), fill);
  expect((await gapsOf(overwritten(two, placeIn(both, 4), placeIn(both, 4, 0.9), fill))).gaps).toEqual([[1, 2], [4, 5]]);
});

test('finds a fragment whose index is overwritten', async () => {
  const moof = placeIn(both, 3);
  expect((await gapsOf(overwritten(both, moof + 8, moof + both.readUInt32BE(moof)))).gaps).toEqual([[3, 4]]);
});

test('finds a zeroed end, which has no known length, but not unused space after the last fragment', async () => {
  expect((await gapsOf(overwritten(both, placeIn(both, 4, 0.5), both.length))).gaps).toEqual([[5, undefined]]);
  expect(await gapsOf(Buffer.concat([both, Buffer.alloc(5000)]))).toEqual({ gaps: [], cutOff: false });
});

test('reports a file that ends inside a fragment', async () => {
  expect(await gapsOf(both.subarray(0, placeIn(both, 5, 0.5)))).toMatchObject({ cutOff: true });
});

test('changes where the decoding times start again', async () => {
  const source = byteSourceOf(Buffer.concat([both, both]));
  const movie = await readMovie(source);
  const { gaps } = await findFragmentGaps(source, movie, movie.tracks);
  expect(gaps).toEqual([{ kind: 'change', startSeconds: expect.closeTo(6, 0), endSeconds: expect.closeTo(12, 0) }]);
});

test('a fragment that is stored twice is no change', async () => {
  const { start = 0, end = 0 } = fragmentsOf(both)[3] ?? {};
  expect((await gapsOf(Buffer.concat([both.subarray(0, end), both.subarray(start)]))).gaps).toEqual([]);
});

test('a fragment that is out of order is no change', async () => {
  const [third, fourth] = fragmentsOf(both).slice(2, 4);
  const swapped = [[0, third?.start], [fourth?.start, fourth?.end], [third?.start, third?.end], [fourth?.end]].map(([start, end]) => both.subarray(start, end));
  expect((await gapsOf(Buffer.concat(swapped))).gaps).toEqual([[2, 3]]);
});
