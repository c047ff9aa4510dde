import { readFileSync } from 'node:fs';
import { byteSourceOf } from '../../../media/byte-source.ts';
import { measureFrameRate } from '../../../media/frame-rate/measure-frame-rate.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { footagePath } from '../../support/footage.ts';
import { box, movie, trak, u32 } from '../../support/media/box-builder.ts';
import { isobmffErrorOf } from '../../support/media/isobmff-error-of.ts';

const source = byteSourceOf(readFileSync(footagePath));

test('reads the codecs, sizes, times and frame rate of real footage', async () => {
  const { fragmented, timescale, duration, tracks } = await readMovie(source);
  expect({ fragmented, seconds: duration / timescale }).toEqual({ fragmented: false, seconds: 30.022 });
  expect(tracks.map(({ handler, sampleEntry }) => [handler, sampleEntry?.codec])).toEqual([
    ['vide', 'avc1.640028'],
    ['soun', 'mp4a.40.2'],
  ]);
  expect(tracks[0]).toMatchObject({
    sampleEntry: { video: { width: 1920, height: 1080, pixelAspect: { horizontal: 1, vertical: 1 } } },
    orientation: { rotation: 0, mirrored: false },
    language: 'und',
    edits: [{ mediaTime: 1024, rate: 1 }],
  });
  const times = tracks[0]?.readFrameTimes();
  expect(times?.complete).toBe(true);
  expect(times?.stretches[0]).toHaveLength(720);
  expect(times && measureFrameRate(times)).toEqual({ frameRate: { numerator: 24, denominator: 1 }, variable: false });
});

function mdat(size: number): Buffer {
  return box('mdat', Buffer.alloc(16), size);
}

describe('a damaged track beside a good one', () => {
  const good = trak({ timescale: 90_000 });

  test.each([
    ['lacks a sample entry that ends within a field', trak({ stsd: Buffer.concat([u32(0, 1), box('avc1', u32(0))]) }), [90_000, 600]],
    ['lacks a sample entry of an empty description', trak({ stsd: Buffer.alloc(0) }), [90_000, 600]],
    ['lacks times of a table that claims 2^32 runs', trak({ stts: u32(0xffff_ffff, 1, 1) }), [90_000, 600]],
    ['is left out without its header', box('trak'), [90_000]],
    ['is left out if its timescale is zero', trak({ timescale: 0 }), [90_000]],
  ])('%s', async (_name, damaged, timescales) => {
    for (const boxes of [[good, damaged], [damaged, good]]) {
      const { tracks } = await readMovie(byteSourceOf(movie(...boxes)));
      expect(tracks.map(({ timescale }) => timescale).toSorted((a, b) => b - a)).toEqual(timescales);
    }
  });
});

describe('hostile files', () => {
  const deep = (levels: number): Buffer => (levels === 0 ? box('free') : box('trak', deep(levels - 1)));
  const wide64 = Buffer.concat([u32(1), Buffer.from('mdat'), u32(0xffff_ffff, 0xffff_ffff)]);

  test.each([
    ['text renamed to mp4', Buffer.from('#EXTM3U\n/etc/passwd\n'), 'not_isobmff'],
    ['a box smaller than its header', Buffer.concat([box('ftyp'), box('free', [], 4)]), 'box_too_small'],
    ['a box larger than the file', Buffer.concat([box('ftyp'), mdat(1000)]), 'box_beyond_file'],
    ['a 64-bit size beyond 2^53', Buffer.concat([box('ftyp'), wide64]), 'bad_value'],
    ['no moov', Buffer.concat([box('ftyp'), mdat(24)]), 'no_moov'],
    ['a child larger than its parent', movie(box('trak', [], 5000)), 'box_beyond_parent'],
    ['five thousand boxes', movie(...Array.from({ length: 5000 }, () => box('free'))), 'too_many_boxes'],
    ['boxes nested five thousand deep', movie(deep(5000)), 'bad_value'],
    ['a track without a header', movie(box('trak')), 'bad_value'],
    ['a timescale of zero', movie(trak({ timescale: 0 })), 'bad_value'],
    ['a time table that claims 2^32 runs', movie(trak({ stts: u32(0xffff_ffff, 1, 1) })), 'field_beyond_box'],
    ['a header that ends within a field', movie(box('trak', box('tkhd', u32(0)))), 'field_beyond_box'],
    [
      'a sample entry that ends within a field',
      movie(trak({ stsd: Buffer.concat([u32(0, 1), box('avc1', u32(0))]) })),
      'field_beyond_box',
    ],
  ])('rejects %s', async (_name, bytes, code) => {
    expect(await isobmffErrorOf(() => readMovie(byteSourceOf(bytes)))).toBe(code);
  });
});
