import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { catalogDatabase, type CatalogDatabase } from '../../../catalog/database.ts';
import { awaitNextAttempt } from '../../../catalog/revisions/await-next-attempt.ts';
import { beginStep } from '../../../catalog/revisions/begin-step.ts';
import { claimAttempt, type ClaimedPrice, releaseAttempt } from '../../../catalog/revisions/claim-attempt.ts';
import { endRevision, supersedeRevision } from '../../../catalog/revisions/end-revision.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { recordJob } from '../../../catalog/revisions/record-job.ts';
import { recordOutput } from '../../../catalog/revisions/record-output.ts';
import { registerUpload } from '../../../catalog/revisions/register-upload.ts';
import { reopenForRetry } from '../../../catalog/revisions/reopen-for-retry.ts';
import { bookCompletedJob } from '../../../catalog/spending/book-completed-job.ts';
import { findSpending } from '../../../catalog/spending/find-spending.ts';
import { markDeleted } from '../../../catalog/videos/mark-deleted.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import { SOURCE_FACTS } from '../../support/catalog/test-videos.ts';

const CALLERS = 20;
const PRICE: ClaimedPrice = { usd: '0.300000', tier: 'basic', maxUsdPerDay: 1 };
const FAILED = { status: 'failed', code: 'encoder_error', message: 'stopped' } as const;

let catalog: LocalCatalog;
let callers: CatalogDatabase[];
useLocalCatalog((started) => {
  catalog = started;
  callers = Array.from({ length: CALLERS }, () => catalogDatabase(catalog.connect(), catalog.location));
});

afterEach(async () => {
  await catalog.database.execute(sql`delete from encode_days`);
  await catalog.database.execute(sql`delete from encode_charges`);
});

let uploads = 0;

async function uploaded(): Promise<{ revisionId: string; videoId: string }> {
  uploads += 1;
  const { revision, video } = await registerUpload(catalog.database, {
    bucket: 'source',
    key: `priced-${uploads}.mp4`,
    versionId: `version-${uploads}`,
    etag: 'e',
    sequencer: uploads.toString(16),
    sizeBytes: 1,
  });
  return { revisionId: revision.id, videoId: video.id };
}

function newAttemptId(): string {
  return uuidv7().replaceAll('-', '');
}

async function claim(revisionId: string, attemptId: string, price: Partial<ClaimedPrice> = {}, database = catalog.database, claimant = 'message') {
  const rest = { claimant, source: SOURCE_FACTS, warnings: [], plan: {} };
  const { result } = await claimAttempt(database, { revisionId, attemptId, ...rest, price: { ...PRICE, ...price } });
  return result;
}

async function submitted(price: Partial<ClaimedPrice> = {}) {
  const { revisionId, videoId } = await uploaded();
  const job = { revisionId, attemptId: newAttemptId(), jobId: `job-${revisionId}` };
  await claim(revisionId, job.attemptId, price);
  await recordJob(catalog.database, job);
  return { ...job, videoId };
}

async function spending(): Promise<[reserved: number, spent: number]> {
  const { reservedUsd, spentUsd } = await findSpending(catalog.database);
  return [reservedUsd, spentUsd];
}

test('a claim stores price and tier, and reserves the price for the day', async () => {
  expect(await spending()).toEqual([0, 0]);
  const { revisionId } = await submitted({ tier: 'professional' });
  expect((await findRevision(catalog.database, revisionId))?.revision).toMatchObject({
    priceTier: 'professional',
    estimatedPriceUsd: '0.300000',
    priceUsd: null,
  });
  expect(await spending()).toEqual([0.3, 0]);
  expect((await findSpending(catalog.database)).day).toBe(new Date().toISOString().slice(0, 10));
});

test('twenty claims at once cannot pass the cap of the day together', async () => {
  const revisions = await Promise.all(callers.map(() => uploaded()));
  const results = await Promise.all(
    callers.map((database, caller) => claim(revisions[caller]?.revisionId ?? '', newAttemptId(), {}, database)),
  );
  expect(results.filter((result) => result === 'claimed')).toHaveLength(3);
  expect(results.filter((result) => result === 'over_daily_cap')).toHaveLength(CALLERS - 3);
  expect(await spending()).toEqual([0.9, 0]);
  const { rows } = await catalog.database.execute(sql`select attempt_id from encode_charges`);
  expect(rows).toHaveLength(3);
});

test('twenty claims of one upload at once reserve its price once', async () => {
  const { revisionId } = await uploaded();
  const results = await Promise.all(
    callers.map((database, caller) => claim(revisionId, newAttemptId(), { maxUsdPerDay: 100 }, database, `message-${caller}`)),
  );
  expect(results.filter((result) => result === 'claimed')).toHaveLength(1);
  expect(await spending()).toEqual([0.3, 0]);
});

test('claims and ends at once leave the sums of their charges', async () => {
  const running = await Promise.all(callers.map(() => submitted({ maxUsdPerDay: 100 })));
  const waiting = await Promise.all(callers.map(() => uploaded()));
  await Promise.all(
    callers.map(async (database, caller) => {
      const job = running[caller];
      if (job === undefined) return;
      await Promise.all([
        claim(waiting[caller]?.revisionId ?? '', newAttemptId(), { maxUsdPerDay: 100 }, database),
        caller % 2 === 0 ? endRevision(database, job.revisionId, FAILED) : beginStep(database, job, 'metadata'),
        caller % 3 === 0 ? markDeleted(database, { videoId: job.videoId, lastRevision: 1 }) : undefined,
      ]);
    }),
  );
  const { rows } = await catalog.database.execute<{ state: string; usd: string }>(
    sql`select state, cast(sum(price_usd) as text) as usd from encode_charges group by state`,
  );
  const sums = new Map(rows.map(({ state, usd }) => [state, Number(usd)]));
  expect(sums.get('reserved')).toBe(6);
  expect(await spending()).toEqual([6, sums.get('spent')]);
});

test('a price above a whole day’s cap is refused on a day without charges', async () => {
  const { revisionId } = await uploaded();
  expect(await claim(revisionId, newAttemptId(), { usd: '1.000001' })).toBe('over_daily_cap');
  expect(await claim(revisionId, newAttemptId(), { usd: '1.000000' })).toBe('claimed');
});

test('a redelivered message reserves again only what its earlier claim gives back', async () => {
  const { revisionId } = await uploaded();
  expect(await claim(revisionId, newAttemptId(), { usd: '0.900000' })).toBe('claimed');
  await releaseAttempt(catalog.database, revisionId, 'another');
  expect(await claim(revisionId, newAttemptId(), { usd: '0.900000' })).toBe('claimed');
  expect(await spending()).toEqual([0.9, 0]);
});

test('the price of a completed job is spent, and later that of its output, whatever becomes of the revision', async () => {
  const job = await submitted();
  await beginStep(catalog.database, job, 'metadata');
  await beginStep(catalog.database, job, 'thumbnails');
  expect(await spending()).toEqual([0, 0.3]);
  await recordOutput(catalog.database, job, { durationMs: 1, priceUsd: '0.275000', renditions: [] });
  await recordOutput(catalog.database, job, { durationMs: 1, priceUsd: '0.275000', renditions: [] });
  expect(await spending()).toEqual([0, 0.275]);
  await endRevision(catalog.database, job.revisionId, { ...FAILED, code: 'metadata_failed' });
  await reopenForRetry(catalog.database, { revisionId: job.revisionId, failedAt: await endOf(job.revisionId) });
  expect(await spending()).toEqual([0, 0.275]);
  expect(await claim(job.revisionId, newAttemptId(), { usd: '0.800000' })).toBe('over_daily_cap');
});

async function endOf(revisionId: string): Promise<Date> {
  return (await findRevision(catalog.database, revisionId))?.revision.endedAt ?? new Date(0);
}

test.each<[string, (job: Awaited<ReturnType<typeof submitted>>) => Promise<unknown>]>([
  ['has failed', (job) => endRevision(catalog.database, job.revisionId, FAILED)],
  ['was superseded', (job) => supersedeRevision(catalog.database, job.revisionId)],
  ['was deleted with its video', (job) => markDeleted(catalog.database, { videoId: job.videoId, lastRevision: 1 })],
  ['awaits its next attempt', ({ revisionId, attemptId }) => {
    const times = { failedAt: new Date().toISOString(), nextAt: new Date().toISOString() };
    return awaitNextAttempt(catalog.database, revisionId, { attemptId, ...FAILED, ...times });
  }],
])('the price of a job whose revision %s is returned once, and spent if the job completes after all', async (_how, end) => {
  const job = await submitted();
  await end(job);
  await end(job);
  expect(await spending()).toEqual([0, 0]);
  expect(await bookCompletedJob(catalog.database, job.attemptId)).toBe(true);
  expect(await bookCompletedJob(catalog.database, job.attemptId)).toBe(false);
  expect(await spending()).toEqual([0, 0.3]);
});

test('the event of a job that was never claimed books nothing', async () => {
  expect(await bookCompletedJob(catalog.database, newAttemptId())).toBe(false);
  expect(await spending()).toEqual([0, 0]);
});

test('an attempt counts to the day of its claim, and a retry on another day to that one', async () => {
  const job = await submitted({ usd: '0.900000' });
  const yesterday = sql`update encode_days set day = day - 1`;
  await catalog.database.execute(yesterday);
  await catalog.database.execute(sql`update encode_charges set day = day - 1`);
  await endRevision(catalog.database, job.revisionId, FAILED);
  await reopenForRetry(catalog.database, { revisionId: job.revisionId, failedAt: await endOf(job.revisionId) });
  expect(await claim(job.revisionId, newAttemptId(), { usd: '0.900000' })).toBe('claimed');
  await bookCompletedJob(catalog.database, job.attemptId);
  expect(await spending()).toEqual([0.9, 0]);
  const { rows } = await catalog.database.execute<{ spent: string }>(
    sql`select cast(spent_usd as text) as spent from encode_days order by day limit 1`,
  );
  expect(rows).toEqual([{ spent: '0.900000' }]);
});
