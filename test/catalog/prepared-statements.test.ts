import { catalogDatabase, type CatalogDatabase } from '../../catalog/database.ts';
import { prepareOnce } from '../../catalog/prepared-statements.ts';
import { findVideo } from '../../catalog/videos/find-video.ts';
import { selectVideoPage } from '../../catalog/videos/select-video-page.ts';
import { updateVideo } from '../../catalog/videos/update-video.ts';
import { findVideoOverview } from '../../catalog/videos/video-overview.ts';
import { useLocalCatalog, type LocalCatalog } from '../support/catalog/local-catalog.ts';
import { newVideo } from '../support/catalog/test-videos.ts';

let catalog: LocalCatalog;
let database: CatalogDatabase;
useLocalCatalog((started) => {
  catalog = started;
  ({ database } = catalog);
});

test('prepares a statement once for a database and a shape', () => {
  const prepare = jest.fn((_database: CatalogDatabase, { isFirst }: { readonly isFirst: boolean }) => [isFirst]);
  const prepared = prepareOnce(prepare);
  const first = prepared(database, { isFirst: true });
  expect(prepared(database, { isFirst: true })).toBe(first);
  expect(prepared(database, { isFirst: false })).toEqual([false]);
  expect(prepare).toHaveBeenCalledTimes(2);
});

test.each([false, true])('keeps concurrent executions apart with cached middleware: %s', async (cacheMiddleware) => {
  const client = catalog.connect();
  Object.assign(client.config, { cacheMiddleware });
  const shared = catalogDatabase(client, catalog.location);
  const made = await Promise.all(Array.from({ length: 5 }, () => newVideo(database)));
  const ids = made.map(({ videoId }) => videoId);
  const found = await Promise.all(ids.map((videoId) => findVideoOverview(shared, videoId)));
  expect(found.map((one) => one?.video.id)).toEqual(ids);
  const pages = await Promise.all(
    [1, 2, 3].map((limit) => selectVideoPage(shared, { id: 'admin', isAdmin: true }, { limit })),
  );
  expect(pages.map(({ rows }) => rows.length)).toEqual([1, 2, 3]);
  const details = await Promise.all(ids.map((videoId) => findVideo(shared, videoId)));
  expect(details.map((one) => one?.upload?.videoId)).toEqual(ids);
});

test('executes a statement that was prepared before within a transaction', async () => {
  const { videoId } = await newVideo(database);
  await findVideoOverview(database, videoId);
  const title = await database.transaction(async (transaction) => {
    await updateVideo(transaction, videoId, { title: 'Uncommitted' });
    return (await findVideoOverview(transaction, videoId))?.video.title;
  });
  expect(title).toBe('Uncommitted');
});
