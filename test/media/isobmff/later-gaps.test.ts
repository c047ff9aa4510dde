import { byteSourceOf } from '../../../media/byte-source.ts';
import { laterGapRepairs } from '../../../media/isobmff/later-gaps.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { box, movie, trak, u32 } from '../../support/media/box-builder.ts';

/** Returns a movie whose track has an edit list. */
function withElst(content: Buffer): Buffer {
  const track = trak();
  return movie(box('trak', [track.subarray(8), box('edts', box('elst', content))]));
}

async function repair(file: Buffer) {
  const repaired = Buffer.from(file);
  for (const { offset, bytes } of await laterGapRepairs(byteSourceOf(file))) repaired.set(bytes, offset);
  return (await readMovie(byteSourceOf(repaired))).tracks[0]?.edits.map(({ segmentDuration, mediaTime }) => [segmentDuration, mediaTime]);
}

const EMPTY = 0xff_ff_ff_ff;
const RATE = 0x1_00_00;

test('moves empty edits after others beyond the media, and keeps leading ones', async () => {
  const short = u32(0, 4, 100, EMPTY, RATE, 300, 0, RATE, 200, EMPTY, RATE, 700, 300, RATE);
  expect(await repair(withElst(short))).toEqual([[100, -1], [300, 0], [200, 0x7f_ff_ff_ff], [700, 300]]);
  const long = u32(0x1_00_00_00, 3, 0, 300, 0, 0, RATE, 0, 200, EMPTY, EMPTY, RATE, 0, 700, 0, 300, RATE);
  expect(await repair(withElst(long))).toEqual([[300, 0], [200, 0x7f_ff_ff_ff], [700, 300]]);
});

test('changes nothing in an edit list with only empty edits, or without any', async () => {
  expect(await laterGapRepairs(byteSourceOf(withElst(u32(0, 1, 100, EMPTY, RATE))))).toEqual([]);
  expect(await laterGapRepairs(byteSourceOf(withElst(u32(0, 1, 100, 0, RATE))))).toEqual([]);
  expect(await laterGapRepairs(byteSourceOf(movie(trak())))).toEqual([]);
});
