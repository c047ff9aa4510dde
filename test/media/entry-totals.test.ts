import { byteSourceOf } from '../../media/byte-source.ts';
import { MarkList } from '../../media/gaps/gap.ts';
import { readMovie } from '../../media/isobmff/movie.ts';
import { findLastingPicture } from '../../media/picture/lasting-picture.ts';
import { MAX_ENTRIES, SourceBudgetError } from '../../media/source-budget.ts';
import { box, movie, trak, u32 } from '../support/media/box-builder.ts';
import { isobmffErrorOf } from '../support/media/isobmff-error-of.ts';

/** A track with an edit list. */
function edited(edits: number): Buffer {
  const content = trak().subarray(8);
  return box('trak', [content, box('edts', box('elst', [u32(0, edits), Buffer.alloc(edits * 12)]))]);
}

test('counts the edits of all tracks together', async () => {
  const read = (tracks: number, edits: number) => readMovie(byteSourceOf(movie(...Array.from({ length: tracks }, () => edited(edits)))));
  expect((await read(10, 2000)).tracks).toHaveLength(10);
  expect(await isobmffErrorOf(() => read(11, 2000))).toBe('too_many_entries');
  expect(await isobmffErrorOf(() => read(50, 9_000))).toBe('too_many_entries');
});

test('limits tracks', async () => {
  const read = (tracks: number) => readMovie(byteSourceOf(movie(...Array.from({ length: tracks }, () => trak()))));
  expect((await read(1000)).tracks).toHaveLength(1000);
  expect(await isobmffErrorOf(() => read(1001))).toBe('too_many_entries');
});

test('limits timestamps that are kept in memory', () => {
  const list = new MarkList();
  for (let count = 0; count < MAX_ENTRIES; count += 1) list.break(0);
  expect(() => list.time(1, 0)).toThrow(SourceBudgetError);
});

test('finds the lasting picture among fifty thousand pictures, one for each frame', () => {
  const frames = Array.from({ length: 50_000 }, (_, index) => ({ seconds: index / 25, picture: { width: index + 1, height: 100 } }));
  expect(findLastingPicture([[...frames, { seconds: 2010, picture: { width: 16, height: 16 } }, { seconds: 2015 }]])).toEqual({
    picture: { width: 16, height: 16 },
    changes: true,
  });
});
