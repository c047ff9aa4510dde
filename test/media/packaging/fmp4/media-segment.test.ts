import { boxesIn, requireBox, rootOf } from '../../../../media/isobmff/box-tree.ts';
import { parseTfhd } from '../../../../media/isobmff/tfhd.ts';
import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import { makeFilmIndex } from '../../../support/media/packaging/film-index.ts';

const index = makeFilmIndex({ seconds: 18, gopFrames: 48, soundSeconds: 7 });
const { plan } = index;

/** Makes a segment of zeros, and lists the boxes of its track fragments. */
function fragmentsOf(segment: number, tracks: readonly number[]) {
  const planned = planFmp4Segment(index, { plan, segment, tracks });
  const bytes = Buffer.concat(planned.assemble(planned.ranges.map(({ length }) => new Uint8Array(length))));
  const moof = requireBox(rootOf(bytes), 'moof');
  const trafs = boxesIn(moof).filter(({ type }) => type === 'traf');
  return {
    top: boxesIn(rootOf(bytes)).map(({ type }) => type),
    trafs: trafs.map((traf) => [parseTfhd(requireBox(traf, 'tfhd')).trackId, ...boxesIn(traf).map(({ type }) => type)]),
    isWholeLength: bytes.length === planned.bytes,
    ranges: planned.ranges.length,
  };
}

test('has a run for each track', () => {
  expect(fragmentsOf(0, [0, 1])).toMatchObject({
    top: ['moof', 'mdat'],
    trafs: [[1, 'tfhd', 'tfdt', 'trun'], [2, 'tfhd', 'tfdt', 'trun']],
    isWholeLength: true,
  });
});

test('has no run for a track that ends before, and reads nothing', () => {
  expect(fragmentsOf(2, [1])).toEqual({ top: ['moof', 'mdat'], trafs: [[2, 'tfhd', 'tfdt']], isWholeLength: true, ranges: 0 });
  expect(fragmentsOf(2, [0, 1])).toMatchObject({ trafs: [[1, 'tfhd', 'tfdt', 'trun'], [2, 'tfhd', 'tfdt']], isWholeLength: true });
});

test('refuses media of which fewer bytes were read', () => {
  const { ranges, ...segment } = planFmp4Segment(index, { plan, segment: 1 });
  const short = ranges.map(({ length }) => new Uint8Array(length - 1));
  expect(() => segment.assemble(short)).toThrow(expect.objectContaining({ code: 'media_missing' }));
});

test('refuses tracks that do not exist', () => {
  expect(() => planFmp4Segment(index, { plan, segment: 0, tracks: [2] })).toThrow(expect.objectContaining({ code: 'no_tracks' }));
  expect(() => planFmp4Segment(index, { plan, segment: 3, tracks: [0] })).toThrow(expect.objectContaining({ code: 'no_such_segment' }));
});
