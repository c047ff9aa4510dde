import { readerOf, requireBox, rootOf } from '../../../media/isobmff/box-tree.ts';
import { parseTfdt, writeTfdt } from '../../../media/isobmff/tfdt.ts';
import { parseTfhd, writeTfhd } from '../../../media/isobmff/tfhd.ts';
import { parseTrex, writeTrex } from '../../../media/isobmff/trex.ts';
import { readRun, setDataOffset, writeTrun } from '../../../media/isobmff/trun.ts';

test('reads a run back as written', () => {
  const written = writeTrun({
    dataOffset: 0,
    sampleCount: 2,
    firstSampleFlags: 0x0200_0000,
    durations: Uint32Array.of(512, 1024),
    sizes: Uint32Array.of(7, 0xffff_ffff),
    compositionOffsets: Uint32Array.of(0, 2048),
  });
  setDataOffset(written, 600);
  const run = readRun(requireBox(rootOf(written), 'trun'), 0);
  expect({ ...run, samples: [...run.samples] }).toEqual({
    sampleCount: 2,
    dataOffset: 600,
    firstSampleFlags: 0x0200_0000,
    statesDuration: true,
    samples: [
      { ticks: 512, size: 7, flags: undefined, compositionOffset: 0 },
      { ticks: 1024, size: 0xffff_ffff, flags: undefined, compositionOffset: 2048 },
    ],
  });
});

test('reads the headers of a fragment back as written', () => {
  const header = { trackId: 3, sampleDuration: 1024, sampleSize: undefined, sampleFlags: 0x0101_0000 };
  const tfhd = requireBox(rootOf(writeTfhd({ ...header, isEmpty: true })), 'tfhd');
  expect(parseTfhd(tfhd)).toEqual({ ...header, baseDataOffset: undefined, baseIsMoof: true, sampleEntry: undefined });
  expect(readerOf(tfhd).fullBox().flags & 0x1_0000).toBe(0x1_0000);
  const defaults = { trackId: 3, sampleEntry: 1, sampleDuration: 1, sampleSize: 2, sampleFlags: 0x0101_0000 };
  expect(parseTrex(requireBox(rootOf(writeTrex(defaults)), 'trex'))).toEqual(defaults);
  expect(parseTfdt(requireBox(rootOf(writeTfdt(2 ** 40 + 1)), 'tfdt'))).toMatchObject({ decodeTime: 2 ** 40 + 1, valueBytes: 8 });
});
