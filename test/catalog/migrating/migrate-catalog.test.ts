import { readdirSync, rmSync } from 'node:fs';
import { sql } from 'drizzle-orm';
import { migrateCatalog } from '../../../catalog/migrating/migrate-catalog.ts';
import { selectVideoPage } from '../../../catalog/videos/select-video-page.ts';
import { registerUpload } from '../../../catalog/revisions/register-upload.ts';
import { waitWhileResuming } from '../../../lambdas/runtime/database-resuming.ts';
import { MIGRATIONS, startLocalCatalog, useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import { firstMigrations, laterMigrations } from '../../support/catalog/migration-folder.ts';

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
  const applied = await Promise.all([1, 2, 3].map(() => migrateCatalog(catalog, MIGRATIONS)));
  expect(applied.toSorted((a, b) => a - b)).toEqual([0, 0, ALL]);

  const { video } = await registerUpload(catalog.database, upload);
  expect(await migrateCatalog(catalog, MIGRATIONS)).toBe(0);
  expect((await registerUpload(catalog.database, upload)).video.id).toBe(video.id);
  const { rows } = await catalog.database.execute(sql`select count(*) as applied from drizzle.__drizzle_migrations`);
  expect(rows).toEqual([{ applied: ALL }]);
});

test('a catalog from before titles were composed and folded keeps its rows, with titles that a search finds', async () => {
  const old = await startLocalCatalog({ migrated: false });
  const folder = firstMigrations(6);
  try {
    expect(await migrateCatalog(old, folder)).toBe(6);
    const [composed, decomposed] = ['강의 Straße', '강의 Straße'.normalize('NFD')];
    await old.database.execute(sql`
      insert into videos (id, bucket, key, title, description, owner_id) values
        (gen_random_uuid(), 'b', ${`in/${decomposed}.mp4`}, ${decomposed}, ${decomposed}, 'owner'),
        (gen_random_uuid(), 'b', 'in/other', 'Other', '', 'owner')`);
    const before = (await old.database.execute(sql`select id, key, title, changed_xid from videos order by key`)).rows;

    expect(await migrateCatalog(old, MIGRATIONS)).toBe(ALL - 6);
    const after = (await old.database.execute(sql`select id, key, title, changed_xid from videos order by key`)).rows;
    const [lecture, other] = before.toSorted((one) => (one['title'] === 'Other' ? 1 : -1));
    expect(after).toContainEqual({ ...lecture, title: composed, changed_xid: expect.any(Number) });
    // The change feed reports only what changed.
    expect(after).toContainEqual(other);
    const viewer = { id: 'owner', isAdmin: false };
    const found = await selectVideoPage(old.database, viewer, { search: 'STRASSE 강의', limit: 5 });
    expect(found.rows.map(({ video }) => video.title)).toEqual([composed]);
  } finally {
    await old.close();
    rmSync(folder, { recursive: true });
  }
});

test('a long-running migration continues after its calls time out, once for concurrent runs', async () => {
  const slow = await startLocalCatalog({ statementTimeoutMs: 300 });
  const folder = laterMigrations(
    '9000_grown',
    '-- Long-running\ncreate table if not exists grown as select cast(pg_sleep(1.5) as text) as nothing;--> statement-breakpoint\n' +
      'create index concurrently if not exists grown_index on grown (nothing);',
  );
  try {
    const applied = await Promise.all([1, 2].map(() => migrateCatalog(slow, folder)));
    expect(applied.toSorted((a, b) => a - b)).toEqual([0, 1]);
    const { rows } = await slow.database.execute(sql`
      select (select count(*) from grown) as rows, (select count(*) from drizzle.migration_lock) as locks,
             (select indisvalid from pg_index where indexrelid = to_regclass('grown_index')) as valid`);
    expect(rows).toEqual([{ rows: 1, locks: 0, valid: true }]);
    expect(await migrateCatalog(slow, folder)).toBe(0);
  } finally {
    await slow.close();
    rmSync(folder, { recursive: true });
  }
});

test('a long-running migration follows an interrupted run, whose lock has expired and whose index is invalid', async () => {
  const folder = laterMigrations(
    '9001_indexed',
    '-- Long-running\ncreate index concurrently if not exists videos_by_title on videos (title);',
  );
  try {
    await catalog.database.execute(sql`create index videos_by_title on videos (title)`);
    await catalog.database.execute(
      sql`update pg_index set indisvalid = false where indexrelid = to_regclass('videos_by_title')`,
    );
    await catalog.database.execute(sql`
      create table if not exists drizzle.migration_lock (id integer primary key, holder uuid not null, expires_at timestamptz not null)`);
    await catalog.database.execute(
      sql`insert into drizzle.migration_lock values (1, gen_random_uuid(), now() - interval '1 second')
        on conflict (id) do update set holder = excluded.holder, expires_at = excluded.expires_at`,
    );
    expect(await migrateCatalog(catalog, folder)).toBe(1);
    const { rows } = await catalog.database.execute(
      sql`select indisvalid from pg_index where indexrelid = to_regclass('videos_by_title')`,
    );
    expect(rows).toEqual([{ indisvalid: true }]);
  } finally {
    rmSync(folder, { recursive: true });
  }
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
