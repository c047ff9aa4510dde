import { readFileSync } from 'node:fs';
import { byteSourceOf, type ByteSource } from '../../../media/byte-source.ts';
import { IsobmffError } from '../../../media/isobmff/isobmff-error.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { walkTopLevel } from '../../../media/isobmff/walk-top-level.ts';
import { parseSidx, writeSidx } from '../../../media/isobmff/sidx.ts';
import { footagePath } from '../../support/footage.ts';
import { box, movie, trak, u16, u32 } from '../../support/media/box-builder.ts';

function codeOf(run: () => Promise<unknown>): Promise<string> {
  return run().then(
    () => 'no error',
    (error: unknown) => (error instanceof IsobmffError ? error.code : `not typed: ${String(error)}`),
  );
}

function mdat(size: number): Buffer {
  return box('mdat', Buffer.alloc(16), size);
}

describe('a real film', () => {
  const source = byteSourceOf(readFileSync(footagePath));

  test('is read with its codecs, sizes, times and frame rate', async () => {
    const { fragmented, timescale, duration, tracks } = await readMovie(source);
    expect({ fragmented, seconds: duration / timescale }).toEqual({ fragmented: false, seconds: 30.022 });
    expect(tracks.map(({ handler, sampleEntry }) => [handler, sampleEntry?.codec])).toEqual([
      ['vide', 'avc1.640028'],
      ['soun', 'mp4a.40.2'],
    ]);
    expect(tracks[0]).toMatchObject({
      sampleEntry: { video: { width: 1920, height: 1080, pixelAspect: { horizontal: 1, vertical: 1 } } },
      rotation: 0,
      language: 'und',
      edits: [{ mediaTime: 1024, rate: 1 }],
      timing: { sampleCount: 720, variable: false, frameRate: { numerator: 24, denominator: 1 } },
    });
  });

  test('is told as cut off wherever it ends early, without reading what is missing', async () => {
    const { size } = source;
    const boxes = await walkTopLevel(source);
    for (const end of [size - 1, (boxes.at(-1)?.offset ?? 0) + 4096]) {
      const cut: ByteSource = { size: end, read: (offset, length) => source.read(offset, Math.min(length, end - offset)) };
      expect(await codeOf(() => walkTopLevel(cut))).toBe('box_beyond_file');
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
    ['a thousand thousand boxes', movie(...Array.from({ length: 5000 }, () => box('free'))), 'too_many_boxes'],
    ['boxes nested without end', movie(deep(5000)), 'bad_value'],
    ['a track without a header', movie(box('trak')), 'bad_value'],
    ['a timescale of zero', movie(trak({ timescale: 0 })), 'bad_value'],
    ['a time table that claims 2^32 runs', movie(trak({ stts: u32(0xffff_ffff, 1, 1) })), 'field_beyond_box'],
    ['a header that ends within a field', movie(box('trak', box('tkhd', u32(0)))), 'field_beyond_box'],
    ['a sample entry that ends within a field', movie(trak({ stsd: Buffer.concat([u32(0, 1), box('avc1', u32(0))]) })), 'field_beyond_box'],
  ])('%s', async (_name, bytes, code) => {
    expect(await codeOf(() => readMovie(byteSourceOf(bytes)))).toBe(code);
  });

  test('more boxes than the caller allows', async () => {
    const bytes = Buffer.concat([box('ftyp'), ...Array.from({ length: 20 }, () => box('free'))]);
    expect(await codeOf(() => walkTopLevel(byteSourceOf(bytes), { maxBoxes: 10 }))).toBe('too_many_boxes');
  });

  test('a last box of size zero reaches to the end of the file', async () => {
    const boxes = await walkTopLevel(byteSourceOf(Buffer.concat([box('ftyp'), box('mdat', Buffer.alloc(100), 0)])));
    expect(boxes.map(({ type, size }) => [type, size])).toEqual([['ftyp', 8], ['mdat', 108]]);
  });
});

describe('rotation', () => {
  const [one, minus] = [0x1_0000, -0x1_0000];
  test.each([
    [0, [one, 0, 0, 0, one, 0, 0, 0, 1]],
    [90, [0, one, 0, minus, 0, 0, 0, 0, 1]],
    [180, [minus, 0, 0, 0, minus, 0, 0, 0, 1]],
    [270, [0, minus, 0, one, 0, 0, 0, 0, 1]],
    [undefined, [46341, 46341, 0, -46341, 46341, 0, 0, 0, 1]],
  ])('%s degrees', async (rotation, matrix) => {
    const { tracks } = await readMovie(byteSourceOf(movie(trak({ matrix }))));
    expect(tracks[0]?.rotation).toBe(rotation);
  });
});

describe('frame rate', () => {
  test.each([
    ['equal frames', 600, u32(1, 100, 20), { numerator: 30, denominator: 1 }, false],
    ['23.976 rounded to 1/600 s', 600, u32(2, 976, 25, 24, 26), { numerator: 24000, denominator: 1001 }, false],
    ['29.97 rounded to milliseconds', 1000, u32(2, 633, 33, 367, 34), { numerator: 30000, denominator: 1001 }, false],
    ['a last frame that lasts longer', 600, u32(2, 99, 20, 1, 600), { numerator: 30, denominator: 1 }, false],
    ['a screen recording with gaps', 1000, u32(3, 50, 33, 5, 1000, 10, 33), { numerator: 1000, denominator: 33 }, true],
  ])('%s', async (_name, timescale, stts, frameRate, variable) => {
    const { tracks } = await readMovie(byteSourceOf(movie(trak({ timescale, stts }))));
    expect(tracks[0]?.timing).toMatchObject({ frameRate, variable });
  });
});

test('codec strings of RFC 6381', async () => {
  const visual = (format: string, configuration: Buffer): Buffer =>
    box(format, [Buffer.alloc(24), u16(640, 360), Buffer.alloc(50), configuration]);
  const codecOf = async (entry: Buffer): Promise<string | undefined> => {
    const { tracks } = await readMovie(byteSourceOf(movie(trak({ stsd: Buffer.concat([u32(0, 1), entry]) }))));
    return tracks[0]?.sampleEntry?.codec;
  };
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  expect(await codecOf(visual('avc1', box('avcC', bytes('014d401f'))))).toBe('avc1.4d401f');
  expect(await codecOf(visual('hvc1', box('hvcC', bytes('01016000000090000000000078'))))).toBe('hvc1.1.6.L120.90');
  expect(await codecOf(visual('hvc1', box('hvcC', bytes('01022000000090000000000099'))))).toBe('hvc1.2.4.L153.90');
  expect(await codecOf(visual('av01', box('av1C', bytes('81084c00'))))).toBe('av01.0.08M.10');
  expect(await codecOf(visual('vp09', box('vpcC', bytes('010000000229a2'))))).toBe('vp09.02.41.10');
  expect(await codecOf(visual('s263', box('d263')))).toBeUndefined();
});

test('a segment index is read back as it was written', () => {
  const index = {
    trackId: 1,
    timescale: 30_000,
    earliestPresentationTime: 1450,
    firstOffset: 0,
    references: [
      { size: 166_664, duration: 180_180, startsWithSap: true },
      { size: 62_872, duration: 60_060, startsWithSap: true },
    ],
  };
  expect(parseSidx(writeSidx(index))).toEqual(index);
});
