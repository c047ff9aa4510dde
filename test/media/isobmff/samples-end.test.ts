import { byteSourceOf } from '../../../media/byte-source.ts';
import { readSamplesEnd } from '../../../media/isobmff/samples-end.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { box, movie, u16, u32 } from '../../support/media/box-builder.ts';

function track(handler: string, ...tables: Buffer[]): Buffer {
  const hdlr = box('hdlr', [u32(0, 0), Buffer.from(handler), u32(0, 0, 0), Buffer.alloc(1)]);
  return box('trak', box('mdia', [hdlr, box('minf', box('stbl', tables))]));
}

const SIZES = box('stsz', u32(0, 0, 5, 10, 20, 30, 40, 50));
/** Two chunks of two samples, then one of one. */
const CHUNKS = box('stsc', u32(0, 2, 1, 2, 1, 3, 1, 1));

test.each([
  ['sizes in a table', [SIZES, CHUNKS, box('stco', u32(0, 3, 1000, 2000, 3000))], 3050],
  ['chunks in any order', [SIZES, CHUNKS, box('stco', u32(0, 3, 3000, 2000, 1000))], 3030],
  ['one size for all', [box('stsz', u32(0, 7, 5)), CHUNKS, box('stco', u32(0, 3, 1000, 2000, 3000))], 3007],
  ['64-bit offsets', [SIZES, CHUNKS, box('co64', u32(0, 3, 0, 1000, 0, 2000, 1, 0))], 2 ** 32 + 50],
  ['compact sizes of 16 bits', [box('stz2', [u32(0, 16, 5), u16(10, 20, 30, 40, 500)]), CHUNKS, box('stco', u32(0, 3, 1, 2, 3000))], 3500],
  ['compact sizes of 8 bits', [box('stz2', [u32(0, 8, 5), Buffer.from([10, 20, 30, 40, 50])]), CHUNKS, box('stco', u32(0, 3, 1, 2, 3000))], 3050],
  ['compact sizes of 4 bits', [box('stz2', [u32(0, 4, 5), Buffer.from([0x12, 0x34, 0x50])]), CHUNKS, box('stco', u32(0, 3, 1, 2, 3000))], 3005],
  ['fewer samples than chunks could hold', [box('stsz', u32(0, 7, 1)), CHUNKS, box('stco', u32(0, 3, 1000, 2000, 3000))], 1007],
  ['no table of chunks', [SIZES, box('stco', u32(0, 1, 1000))], 0],
  ['counts beyond their tables', [box('stsz', u32(0, 0, 9, 10)), box('stsc', u32(0, 9, 1, 9, 1)), box('stco', u32(0, 9, 1000))], 1010],
])('finds the end of the last sample with %s', async (_name, tables, end) => {
  expect(await readSamplesEnd(byteSourceOf(movie(track('vide', ...tables))))).toBe(end);
});

test('returns the last end of video and audio, ignoring text and data', async () => {
  const at = (handler: string, offset: number): Buffer => track(handler, SIZES, CHUNKS, box('stco', u32(0, 1, offset)));
  expect(await readSamplesEnd(byteSourceOf(movie(at('soun', 500), at('vide', 200), at('text', 9000))))).toBe(530);
});

test('ends where the media data of a whole file does', async () => {
  const bytes = await makeWithFfmpeg('a.mp4', ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-f', 'lavfi', '-i', 'sine=d=1', '-movflags', '+faststart']);
  expect(await readSamplesEnd(byteSourceOf(bytes))).toBe(bytes.length);
});
