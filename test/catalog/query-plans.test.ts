import { fillLibrary } from '../support/catalog/fill-library.ts';
import { LIBRARY_QUERIES, plansOf, hasTableScan } from '../support/catalog/library-queries.ts';
import { useLocalCatalog, type LocalCatalog } from '../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
useLocalCatalog(async (started) => {
  catalog = started;
  // Enough rows to make a table scan slower than any index.
  await fillLibrary(catalog.database, { videos: 6000, owners: 50 });
});

test.each(LIBRARY_QUERIES)('%s uses indexes only', async (_name, query) => {
  const plans = await plansOf(catalog.client, catalog.location, query);
  expect(plans).not.toEqual([]);
  expect(plans.filter(hasTableScan)).toEqual([]);
});
