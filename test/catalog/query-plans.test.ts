import { fillLibrary } from '../support/catalog/fill-library.ts';
import { LIBRARY_QUERIES, plansOf, readsWholeTable } from '../support/catalog/library-queries.ts';
import { startLocalCatalog, type LocalCatalog } from '../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
beforeAll(async () => {
  catalog = await startLocalCatalog();
  // Enough rows to make a table scan slower than any index.
  await fillLibrary(catalog.database, { videos: 6000, owners: 50 });
}, 120_000);
afterAll(() => catalog.close());

test.each(LIBRARY_QUERIES)('%s uses indexes only', async (_name, query) => {
  const plans = await plansOf(catalog.client, catalog.location, query);
  expect(plans).not.toEqual([]);
  expect(plans.filter(readsWholeTable)).toEqual([]);
});
