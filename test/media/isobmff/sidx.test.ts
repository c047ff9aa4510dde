import { parseSidx, writeSidx } from '../../../media/isobmff/sidx.ts';

test('reads a segment index back as it was written', () => {
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
