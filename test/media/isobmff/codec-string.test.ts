import { byteSourceOf } from '../../../media/byte-source.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { box, movie, trak, u16, u32 } from '../../support/media/box-builder.ts';

test('writes codec strings of RFC 6381', async () => {
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
