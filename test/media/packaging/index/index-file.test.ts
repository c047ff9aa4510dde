import { planFmp4Segment } from '../../../../media/packaging/fmp4/media-segment.ts';
import { openIndexFile } from '../../../../media/packaging/index/index-file.ts';
import { findPage, readPageEntry } from '../../../../media/packaging/index/page-directory.ts';
import { makeFilmIndex } from '../../../support/media/packaging/film-index.ts';

const film = makeFilmIndex({ seconds: 7_200, gopFrames: 48 });

test('the index of a two-hour film takes less than 1.26 MB, and all before its pages 272 kB', () => {
  expect(film.tracks.map(({ samples }) => samples)).toEqual([172_800, 337_500]);
  expect(film.bytes.length).toBeLessThan(1_260_000);
  expect(film.pagesOffset).toBeLessThan(272_000);
  expect(film.plan.segments).toBe(1200);
});

test('a segment is made from its own pages alone', () => {
  const [SEGMENT, { plan }] = [700, film];
  const expected = planFmp4Segment(film, { plan, segment: SEGMENT });
  // Samples of a segment lie in the pages around its time.
  const kept = film.tracks.map((track) => {
    const pageAt = (seconds: number) => readPageEntry(film, track, findPage(film, track, seconds * track.timescale, 'decodeTime')).pageOffset;
    return [pageAt(6 * SEGMENT - 1), pageAt(6 * (SEGMENT + 1) + 12)] as const;
  });
  const damaged = film.bytes.slice();
  const keep = (offset: number) => kept.some(([from, to]) => offset >= from && offset < to);
  for (let offset = 0; film.pagesOffset + offset < damaged.length; offset += 1) if (!keep(offset)) damaged[film.pagesOffset + offset] = 0xff;
  const index = openIndexFile(damaged, 'film');
  const segment = planFmp4Segment(index, { plan: index.plan, segment: SEGMENT });
  expect({ ranges: segment.ranges, bytes: segment.bytes }).toEqual({ ranges: expected.ranges, bytes: expected.bytes });
  expect(() => planFmp4Segment(index, { plan: index.plan, segment: 3 })).toThrow(expect.objectContaining({ code: 'index_damaged' }));
});

function changed(change: (view: DataView) => void): Uint8Array {
  const bytes = film.bytes.slice();
  change(new DataView(bytes.buffer));
  return bytes;
}

test.each([
  ['of another source', film.bytes, 'bucket/key/version/etag', 'index_of_other_source'],
  ['of another version', changed((view) => view.setUint32(4, 1, true)), 'film', 'index_version'],
  ['that was cut off', film.bytes.subarray(0, -1), 'film', 'index_damaged'],
  ['that is shorter than its header', film.bytes.subarray(0, 20), 'film', 'index_damaged'],
  ['whose facts were changed', changed((view) => view.setUint8(60, view.getUint8(60) ^ 1)), 'film', 'index_damaged'],
  ['whose parts do not add up', changed((view) => view.setUint32(16, 40_000, true)), 'film', 'index_damaged'],
  ['that is something else', new TextEncoder().encode('#EXTM3U\n'.repeat(8)), 'film', 'index_damaged'],
])('refuses an index %s', (_name, bytes, identity, code) => {
  expect(() => openIndexFile(bytes, identity)).toThrow(expect.objectContaining({ code }));
});
