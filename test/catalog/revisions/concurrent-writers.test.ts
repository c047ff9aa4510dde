import { and, count, eq } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { catalogDatabase, type CatalogDatabase } from '../../../catalog/database.ts';
import { beginStep } from '../../../catalog/revisions/begin-step.ts';
import { claimAttempt } from '../../../catalog/revisions/claim-attempt.ts';
import { supersedeRevision } from '../../../catalog/revisions/end-revision.ts';
import { endWithCode } from '../../../lambdas/chain/end-with-code.ts';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { finishStep } from '../../../catalog/revisions/finish-step.ts';
import { makeReady } from '../../../catalog/revisions/make-ready.ts';
import { markEndPublished } from '../../../catalog/revisions/mark-end-published.ts';
import { recordJob, type SubmittedJob } from '../../../catalog/revisions/record-job.ts';
import { registerUpload } from '../../../catalog/revisions/register-upload.ts';
import { revisions, videos } from '../../../catalog/schema/index.ts';
import type { SourceFacts } from '../../../catalog/schema/source-facts.ts';
import { CLAIMED_PRICE } from '../../support/catalog/claimed-price.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';

const onServer = process.env['DATABASE_URL'] !== undefined;
if (!onServer) process.stderr.write('DATABASE_URL is not set: tests that need a PostgreSQL server are skipped.\n');

const STEPS = ['permissions', 'thumbnails', 'metadata'];
/** The built-in PostgreSQL runs one statement at a time, so more callers would only wait longer. */
const CALLERS = onServer ? 20 : 6;
const SOURCE: SourceFacts = {
  container: 'isobmff',
  video: {
    codec: 'AVC',
    width: 1280,
    height: 720,
    rotation: 0,
    variableFrameRate: false,
    interlaced: false,
    highDynamicRange: false,
  },
  audio: [],
};

let catalog: LocalCatalog;
/** Concurrent functions, each with its own client. */
let callers: CatalogDatabase[];
useLocalCatalog((started) => {
  catalog = started;
  callers = Array.from({ length: CALLERS }, () => catalogDatabase(catalog.connect(), catalog.location));
}, { role: 'chain' });

function runAtOnce<Result>(work: (database: CatalogDatabase, caller: number) => Promise<Result>): Promise<Result[]> {
  return Promise.all(callers.map(work));
}

function version(key: string, number: number) {
  return {
    bucket: 'source',
    key,
    versionId: `version-${number}`,
    etag: `"${number}"`,
    sequencer: `00${number.toString(16).padStart(4, '0')}`,
    sizeBytes: 1,
  };
}

async function submitUpload(key: string, number: number): Promise<SubmittedJob & { videoId: string }> {
  const { revision, video } = await registerUpload(catalog.database, version(key, number));
  const job = { revisionId: revision.id, attemptId: uuidv7().replaceAll('-', ''), jobId: `job-${revision.id}` };
  await claimAttempt(catalog.database, { ...job, claimant: 'message', source: SOURCE, warnings: [], plan: {}, price: CLAIMED_PRICE });
  await recordJob(catalog.database, job);
  return { ...job, videoId: video.id };
}

/** Finishes all steps of an upload without making it ready. */
async function finishSteps(key: string, number = 1) {
  const job = await submitUpload(key, number);
  for (const step of STEPS) {
    await beginStep(catalog.database, job, step);
    await finishStep(catalog.database, { ...job, step }, {});
  }
  return job;
}

async function statusOf(revisionId: string) {
  return (await findRevision(catalog.database, revisionId))?.revision.status;
}

function countWins(results: readonly boolean[]): number {
  return results.filter(Boolean).length;
}

test('an upload registered concurrently is one revision of one video', async () => {
  const registered = await runAtOnce((database) => registerUpload(database, version('one.mp4', 1)));
  expect(new Set(registered.map(({ revision }) => revision.id)).size).toBe(1);
  const [found] = await catalog.database
    .select({ rows: count() })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .where(and(eq(videos.key, 'one.mp4'), eq(revisions.number, 1)));
  expect(found).toEqual({ rows: 1 });
});

test('versions of one key registered concurrently are numbered without gaps, and the newest stays uploaded', async () => {
  const registered = await runAtOnce((database, caller) => registerUpload(database, version('many.mp4', caller + 1)));
  const numbers = registered.map(({ revision }) => revision.number).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: CALLERS }, (_, index) => index + 1));
  expect(registered.at(-1)?.revision.status).toBe('uploaded');
});

test('a claim has one winner, whose job alone is recorded', async () => {
  const { revision } = await registerUpload(catalog.database, version('claimed.mp4', 1));
  const attempts = callers.map(() => uuidv7().replaceAll('-', ''));
  const outcome = await runAtOnce(async (database, caller) => {
    const job = { revisionId: revision.id, attemptId: attempts[caller] ?? '', jobId: `job-${caller}` };
    const claimed = (await claimAttempt(database, { ...job, claimant: `message-${caller}`, source: SOURCE, warnings: [], plan: {}, price: CLAIMED_PRICE })).result === 'claimed';
    return { claimed, recorded: await recordJob(database, job) };
  });
  const winner = outcome.findIndex(({ claimed }) => claimed);
  expect(countWins(outcome.map(({ claimed }) => claimed))).toBe(1);
  expect(outcome.flatMap(({ recorded }, caller) => (recorded ? [caller] : []))).toEqual([winner]);
  expect((await findRevision(catalog.database, revision.id))?.revision).toMatchObject({
    status: 'transcoding',
    attemptId: attempts[winner],
    jobId: `job-${winner}`,
  });
});

test('concurrent and redelivered steps make each revision ready exactly once', async () => {
  const jobs = await Promise.all([1, 2].map((n) => submitUpload(`steps-${n}.mp4`, 1)));
  const ready = await runAtOnce(async (database, caller) => {
    const step = STEPS[caller % STEPS.length] ?? '';
    const made: boolean[] = [];
    for (const job of jobs) {
      await beginStep(database, job, step);
      await finishStep(database, { ...job, step }, { caller });
      made.push(await makeReady(database, job.revisionId, STEPS));
    }
    return made;
  });
  for (const [index, { revisionId, videoId }] of jobs.entries()) {
    expect(countWins(ready.map((made) => made[index] === true))).toBe(1);
    expect(await statusOf(revisionId)).toBe('ready');
    expect(await findPlayable(catalog.database, videoId)).toMatchObject({ state: 'playable', encode: { revision: 1 } });
  }
});

test('one of several concurrent ends wins and is never overwritten', async () => {
  for (const round of [1, 2, 3]) {
    const { revisionId } = await finishSteps(`ends-${round}.mp4`);
    const outcome = await runAtOnce(async (database, caller) => {
      if (caller % 3 === 0) return (await makeReady(database, revisionId, STEPS)) ? 'ready' : undefined;
      if (caller % 3 === 1) return (await endWithCode(database, revisionId, 'encoder_error')) ? 'failed' : undefined;
      return (await supersedeRevision(database, revisionId)) ? 'superseded' : undefined;
    });
    const winners = outcome.filter((end) => end !== undefined);
    expect(winners).toEqual([await statusOf(revisionId)]);
  }
});

test('an older revision never becomes current after a newer one', async () => {
  const key = 'replaced.mp4';
  const jobs = [await finishSteps(key, 1)];
  const { videoId } = jobs[0] ?? { videoId: '' };
  const plays = async (): Promise<number> => {
    const playable = await findPlayable(catalog.database, videoId);
    return playable.state === 'playable' ? playable.revision : 0;
  };
  let playing = 0;
  for (const number of [2, 3, 4, 5]) {
    // Every earlier revision is attempted again while the next one arrives.
    const [next] = await Promise.all([
      finishSteps(key, number),
      ...callers.map((database, caller) => makeReady(database, jobs[caller % jobs.length]?.revisionId ?? '', STEPS)),
    ]);
    jobs.push(next);
    const now = await plays();
    expect(now).toBeGreaterThanOrEqual(playing);
    playing = now;
  }
  await runAtOnce((database, caller) => makeReady(database, jobs[caller % jobs.length]?.revisionId ?? '', STEPS));
  expect(await plays()).toBe(5);
  const statuses = await Promise.all(jobs.map(({ revisionId }) => statusOf(revisionId)));
  expect(statuses.filter((status) => status === 'ready')).toEqual(['ready']);
});

test('concurrent records of one publication agree', async () => {
  const { revisionId } = await submitUpload('published.mp4', 1);
  const ends = await runAtOnce((database) => endWithCode(database, revisionId, 'encoder_error'));
  expect(countWins(ends)).toBe(1);
  const ended = async () => (await findRevision(catalog.database, revisionId))?.revision;
  expect(await ended()).toMatchObject({ code: 'encoder_error', publishedAt: null });
  await runAtOnce((database) => markEndPublished(database, revisionId));
  expect(await ended()).toMatchObject({ code: 'encoder_error', publishedAt: expect.any(Date) });
});
