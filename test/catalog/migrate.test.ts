import { readdirSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { migrateCatalog } from '../../catalog/migrate.ts';
import { registerUpload } from '../../catalog/revisions/register-upload.ts';
import { waitWhileResuming } from '../../lambdas/runtime/database-resuming.ts';
import { MIGRATIONS, startLocalCatalog, useLocalCatalog, type LocalCatalog } from '../support/catalog/local-catalog.ts';

let catalog: LocalCatalog;
useLocalCatalog((started) => {
  catalog = started;
  waitWhileResuming(catalog.client, { firstWaitMs: 1 });
}, { migrated: false });

const upload = { bucket: 'b', key: 'k', versionId: 'v', etag: 'e', sequencer: '1', sizeBytes: 1 };

/** Number of migrations. */
const ALL = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql')).length;

test('concurrent runs on a paused database apply each migration once and lose nothing', async () => {
  catalog.service.pause(3);
  const applied = await Promise.all([1, 2, 3].map(() => migrateCatalog(catalog.database, MIGRATIONS)));
  expect(applied.toSorted((a, b) => a - b)).toEqual([0, 0, ALL]);

  const { video } = await registerUpload(catalog.database, upload);
  expect(await migrateCatalog(catalog.database, MIGRATIONS)).toBe(0);
  expect((await registerUpload(catalog.database, upload)).video.id).toBe(video.id);
  const { rows } = await catalog.database.execute(sql`select count(*) as applied from drizzle.__drizzle_migrations`);
  expect(rows).toEqual([{ applied: ALL }]);
});

test('waiting for a paused database ends after the given time', async () => {
  const impatient = await startLocalCatalog({ migrated: false });
  try {
    waitWhileResuming(impatient.client, { firstWaitMs: 1, patienceMs: 3 });
    impatient.service.pause(100);
    await expect(impatient.database.execute(sql`select 1`)).rejects.toMatchObject({
      cause: { name: 'DatabaseResumingException' },
    });
  } finally {
    await impatient.close();
  }
});
