import { eq, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../../../catalog/database.ts';
import { recordPercent } from '../../../catalog/revisions/record-percent.ts';
import { encodeProgress, revisions } from '../../../catalog/schema/index.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import {
  type EncodingTestVideo,
  finishEncode,
  newVideo,
  registerSource,
  startEncode,
} from '../../support/catalog/test-videos.ts';

let catalog: LocalCatalog;
let database: CatalogDatabase;
useLocalCatalog((started) => {
  catalog = started;
  ({ database } = catalog);
}, { role: 'chain' });

async function newEncode(): Promise<EncodingTestVideo> {
  return startEncode(database, await registerSource(database, await newVideo(catalog.as('api'))));
}

/** Returns the updates of each table so far, and how many of them wrote no index. */
async function updates() {
  await database.execute(sql`select cast(pg_stat_force_next_flush() as text)`);
  const { rows } = await database.execute<{ name: string; all: number; hot: number }>(sql`
    select cast(relname as text) as name, n_tup_upd as all, n_tup_hot_upd as hot from pg_stat_user_tables
    where relname in ('videos', 'revisions', 'encode_progress') order by relname`);
  return Object.fromEntries(rows.map(({ name, ...counts }) => [name, counts]));
}

test('a hundred progress events write no index, no revision and no video', async () => {
  const { revisionId, job } = await newEncode();
  const before = await updates();
  for (let percent = 0; percent <= 100; percent += 1) {
    expect(await recordPercent(database, revisionId, job.attemptId, percent)).toBe(true);
  }
  const after = await updates();
  expect(after['videos']).toEqual(before['videos']);
  expect(after['revisions']).toEqual(before['revisions']);
  const written = {
    all: after['encode_progress']!.all - before['encode_progress']!.all,
    hot: after['encode_progress']!.hot - before['encode_progress']!.hot,
  };
  expect(written).toEqual({ all: 100, hot: 100 });
});

test('an event within the same percent writes nothing', async () => {
  const { revisionId, job } = await newEncode();
  expect(await recordPercent(database, revisionId, job.attemptId, 40.1)).toBe(true);
  const before = await updates();
  expect(await recordPercent(database, revisionId, job.attemptId, 40.9)).toBe(false);
  expect(await updates()).toEqual(before);
});

test('keeps rows for running encodes only', async () => {
  const encoding = await newEncode();
  const rowsOf = () => database.select().from(encodeProgress).where(eq(encodeProgress.revisionId, encoding.revisionId));
  await recordPercent(database, encoding.revisionId, encoding.job.attemptId, 40);
  expect(await rowsOf()).toHaveLength(1);
  await finishEncode(database, encoding);
  expect(await rowsOf()).toEqual([]);
  expect(await recordPercent(database, encoding.revisionId, encoding.job.attemptId, 90)).toBe(false);
});

test('a percentage that an earlier version of the functions records is shown, and the greater of both', async () => {
  const { videoId, revisionId, job } = await newEncode();
  const shown = async () => {
    const found = await findVideo(database, videoId);
    return [found?.latest?.percent, found?.revision?.percent];
  };
  await recordPercent(database, revisionId, job.attemptId, 10);
  await database.update(revisions).set({ percent: 30 }).where(eq(revisions.id, revisionId));
  expect(await shown()).toEqual([30, 30]);
  await recordPercent(database, revisionId, job.attemptId, 50);
  expect(await shown()).toEqual([50, 50]);
});
