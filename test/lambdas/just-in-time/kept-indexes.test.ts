import { keptIndexes, openIndex } from '../../../lambdas/just-in-time/kept-indexes.ts';
import { openIndexFile } from '../../../media/packaging/index/index-file.ts';
import { writePlannedIndex } from '../../../media/packaging/write-planned-index.ts';
import { makeFilmIndex } from '../../support/media/packaging/film-index.ts';

const SOURCE = { bucket: 'source', key: 'uploads/film.mp4', versionId: 'v1', etag: 'abc' };

/** Returns the file of a short film's index with this identity. */
function indexFile(identity: string): Uint8Array {
  const film = makeFilmIndex({ seconds: 20, gopFrames: 24, segmentSeconds: 4 });
  const tracks = film.tracks.map(({ sampleEntry, pages, directoryOffset, ...facts }) => ({
    facts,
    sampleEntry,
    directory: film.bytes.subarray(directoryOffset, directoryOffset + pages * 40),
  }));
  return writePlannedIndex({ identity, tracks, pages: film.bytes.subarray(film.pagesOffset) }, 4);
}

test('opens an index with the version of the source that it names', () => {
  const opened = openIndex(indexFile(JSON.stringify(SOURCE)));
  expect(opened).toMatchObject({ kind: 'usable', source: SOURCE, index: { plan: { segments: 5 } } });
});

test('tells an index in another version of the format from a damaged one', () => {
  const older = indexFile(JSON.stringify(SOURCE));
  older[4] = 1;
  const damaged = indexFile(JSON.stringify(SOURCE));
  damaged[40] = (damaged[40] ?? 0) ^ 1;
  expect(openIndex(older)).toMatchObject({ kind: 'unusable', code: 'index_version' });
  expect(openIndex(damaged)).toMatchObject({ kind: 'unusable', code: 'index_damaged' });
  expect(openIndex(new Uint8Array())).toMatchObject({ kind: 'unusable', code: 'index_damaged' });
});

test.each(['film', '{}', JSON.stringify({ ...SOURCE, etag: '' }), JSON.stringify({ ...SOURCE, region: 'us-east-1' })])(
  'does not use an index whose identity is %s',
  (identity) => {
    const bytes = indexFile(identity);
    expect(openIndexFile(bytes).identity).toBe(identity);
    expect(openIndex(bytes)).toMatchObject({ kind: 'unusable', code: 'index_damaged' });
  },
);

test('keeps an unusable index, so that it is read once', async () => {
  const reads: string[] = [];
  const older = indexFile(JSON.stringify(SOURCE));
  older[4] = 1;
  const indexes = keptIndexes({
    objects: {
      read: async (key) => {
        reads.push(key);
        return { kind: 'found', bytes: older, etag: '"1"' };
      },
    },
    staleOnErrorMinutes: 60,
    reportStale: () => undefined,
  });
  await indexes.get('v/film/1/mp4hls/index');
  expect(await indexes.get('v/film/1/mp4hls/index')).toMatchObject({ kind: 'unusable', code: 'index_version' });
  expect(reads).toHaveLength(1);
});
