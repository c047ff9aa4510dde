import { type Clip, type ClipParameters, type Piece, readClip, snapClip, writeClip } from '../../../../media/packaging/playlists/clip.ts';
import { makeFilmIndex } from '../../../support/media/packaging/film-index.ts';

function piece(startSeconds: number, endSeconds: number): Piece {
  return { startSeconds, endSeconds };
}

test.each<[ClipParameters, Clip]>([
  [{}, []],
  [{ start: '10', end: '70.5' }, [piece(10, 70.5)]],
  [{ start: '10' }, [piece(10, Infinity)]],
  [{ trimming: '10-70,560-620.25' }, [piece(10, 70), piece(560, 620.25)]],
])('%j is read, and written again', (parameters, clip) => {
  expect(readClip(parameters)).toEqual(clip);
  expect(writeClip(clip)).toEqual(parameters);
});

test('an end alone starts at 0, and one piece is written as start and end', () => {
  expect(writeClip(readClip({ end: '9' }))).toEqual({ start: '0', end: '9' });
  expect(writeClip(readClip({ trimming: '1-9' }))).toEqual({ start: '1', end: '9' });
});

test.each<[ClipParameters, string]>([
  [{ start: '-1' }, "'-1' in start is not a time in seconds, such as 90 or 12.5."],
  [{ start: '' }, "'' in start is not a time in seconds, such as 90 or 12.5."],
  [{ end: '1e3' }, "'1e3' in end is not a time in seconds, such as 90 or 12.5."],
  [{ end: `1${'0'.repeat(100)}` }, `'1${'0'.repeat(39)}' in end is not a time in seconds, such as 90 or 12.5.`],
  [{ start: '0', end: '0' }, 'A piece of start and end ends at 0 s and starts at 0 s: it must end later.'],
  [{ start: '20', end: '10' }, 'A piece of start and end ends at 10 s and starts at 20 s: it must end later.'],
  [{ start: '1', trimming: '1-2' }, 'trimming cannot be combined with start or end.'],
  [{ trimming: '' }, "'' in trimming is not two times in seconds, such as 10-70."],
  [{ trimming: '1-2-3' }, "'1-2-3' in trimming is not two times in seconds, such as 10-70."],
  [{ trimming: '1-2,' }, "'' in trimming is not two times in seconds, such as 10-70."],
  [{ trimming: '2-' }, "'' in trimming is not a time in seconds, such as 90 or 12.5."],
  [{ trimming: Array.from({ length: 33 }, () => '1-2').join(',') }, 'trimming has more than 32 pieces.'],
])('%j is refused', (parameters, message) => {
  expect(() => readClip(parameters)).toThrow(expect.objectContaining({ code: 'bad_clip', message }));
});

const film = makeFilmIndex({ seconds: 60, gopFrames: 48 });

/** Snaps pieces to the film's segments, which begin every six seconds from 1/12 s. */
function snap(...pieces: readonly (readonly [number, number])[]): (readonly number[])[] {
  return snapClip(film, film.plan, pieces.map(([from, to]) => piece(from, to))).map(({ first, end }) => [first, end]);
}

test('a piece grows to the segments that hold its start and end', () => {
  expect(snap()).toEqual([[0, 10]]);
  expect(snap([0, 60])).toEqual([[0, 10]]);
  expect(snap([7, 13])).toEqual([[1, 3]]);
  expect(snap([7, 7.5])).toEqual([[1, 2]]);
  expect(snap([50, Infinity])).toEqual([[8, 10]]);
});

test('a time in milliseconds means the key frame next to it', () => {
  expect(snap([6.083, 12.084])).toEqual([[1, 2]]);
  expect(snap([6.08, 12.09])).toEqual([[0, 3]]);
  expect(snap([6.083, 6.0835])).toEqual([[1, 2]]);
});

test('pieces repeat no segment unless they overlap', () => {
  expect(snap([7, 13], [14, 20])).toEqual([[1, 4]]);
  expect(snap([7, 13], [20, 26])).toEqual([[1, 5]]);
  expect(snap([7, 13], [13, 14])).toEqual([[1, 3]]);
  expect(snap([7, 13], [26, 30])).toEqual([[1, 3], [4, 5]]);
  expect(snap([26, 30], [7, 13])).toEqual([[4, 5], [1, 3]]);
  expect(snap([7, 13], [8, 14])).toEqual([[1, 3], [1, 3]]);
});

test('a piece after the end of the film is refused', () => {
  expect(() => snap([7, 13], [61, 70])).toThrow(
    expect.objectContaining({ code: 'bad_clip', message: 'A piece starts at 61 s; the film ends at 60.083 s.' }),
  );
});
