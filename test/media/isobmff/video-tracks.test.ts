import { byteSourceOf } from '../../../media/byte-source.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { videoTracks } from '../../../media/isobmff/video-tracks.ts';
import { box, movie, trak, u32 } from '../../support/media/box-builder.ts';

/** Adds a box to a track, and gives the track another number. */
function track(id: number, ...extra: Buffer[]): Buffer {
  const plain = trak();
  plain.writeUInt32BE(id, plain.indexOf('tkhd') + 16);
  return box('trak', [plain.subarray(8), ...extra]);
}

test('passes over a track of chapter images that comes before the video', async () => {
  const chapters = box('tref', box('chap', u32(1)));
  const { tracks } = await readMovie(byteSourceOf(movie(track(1), track(2, chapters))));
  expect(tracks.map(({ id, chapterTracks }) => [id, chapterTracks])).toEqual([[1, []], [2, [1]]]);
  const idsOf = async (...boxes: Buffer[]) =>
    videoTracks(await readMovie(byteSourceOf(movie(...boxes)))).map(({ id }) => id);
  expect(await idsOf(track(1), track(2, chapters))).toEqual([2]);
  expect(await idsOf(track(1), track(2))).toEqual([1, 2]);
});
