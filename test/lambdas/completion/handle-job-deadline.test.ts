import { CancelJobCommand, GetJobCommand } from '@aws-sdk/client-mediaconvert';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { eq, sql } from 'drizzle-orm';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { revisions } from '../../../catalog/schema/index.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { jobAllowanceMs, pauseBeforeCheckMs } from '../../../lambdas/chain/job-deadlines.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { type ChainServices, type Functions, MIN_DEADLINE_MINUTES } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { INBOX, jobEvent } from '../../support/chain/steps.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

async function revision(revisionId: string) {
  return (await findRevision(services.database, revisionId))?.revision;
}

async function jobOf(jobId: string | null) {
  return (await services.mediaConvert.send(new GetJobCommand({ Id: jobId ?? '' }))).Job;
}

/** Time that a job of the test video may run. */
const ALLOWANCE_MS = jobAllowanceMs(2000, MIN_DEADLINE_MINUTES);

function ago(milliseconds: number): Date {
  return new Date(Date.now() - milliseconds);
}

/** Returns functions whose encoder reports every job as in progress since a time, but still cancels jobs. */
function withHangingEncoder(startedAt: Date, functions: Functions = services): Functions {
  const mediaConvert: Functions['mediaConvert'] = Object.create(functions.mediaConvert);
  mediaConvert.send = async (command: never) => {
    const response: never = await functions.mediaConvert.send(command);
    if (Object(command) instanceof GetJobCommand) {
      Object.assign(Object(response).Job, { Status: 'PROGRESSING', Timing: { StartTime: startedAt } });
    }
    return response;
  };
  return { ...functions, mediaConvert };
}

test.each([
  [0, 30],
  [60_000, 40],
  [2 * 3_600_000, 30 + 20 * 60],
  [3 * 3_600_000, 24 * 60],
  [undefined, 24 * 60],
])('allows a source of %p ms %i minutes', (durationMs, minutes) => {
  expect(jobAllowanceMs(durationMs, 30)).toBe(minutes * 60_000);
});

test('checks a job at its estimated end, then two minutes later and after pauses that double up to four hours', () => {
  const minutes = (check: number, durationMs?: number) => pauseBeforeCheckMs(check, durationMs) / 60_000;
  expect([minutes(1, 0), minutes(1, 3_600_000), minutes(1, 48 * 3_600_000), minutes(1)]).toEqual([1, 61, 1440, 10]);
  expect([2, 3, 4, 5, 8, 9, 43].map((check) => minutes(check))).toEqual([2, 4, 8, 16, 128, 240, 240]);
});

test('sets a deadline for a submitted job, which a redelivered event leaves unchanged', async () => {
  const before = Date.now();
  const { revisionId, attemptId, revision: submitted, event } = await chain.startEncode('deadline.mp4', movie);
  const { at, message } = services.deadlineOf(attemptId);
  const estimateMs = 60_000 + 2000;
  expect(at.getTime()).toBeGreaterThan(before + estimateMs - 1000);
  expect(at.getTime()).toBeLessThanOrEqual(Date.now() + estimateMs);
  const { jobId } = submitted;
  expect(message).toEqual({ type: 'job-deadline', revisionId, attemptId, jobId, look: 1 });
  await transcodeUpload(services, event);
  expect(services.deadlineOf(attemptId)).toEqual({ at, message });
});

test('ignores the deadline of a job that has ended or belongs to another attempt', async () => {
  const encode = await chain.startEncode('ended.mp4', movie);
  const { message } = services.deadlineOf(encode.attemptId);
  await chain.complete({ ...message, attemptId: 'f'.repeat(32) });
  expect(await chain.statusOf(encode.revisionId)).toBe('transcoding');
  await chain.run('metadata', encode.ended('COMPLETE')).catch(() => undefined);
  await chain.complete(message);
  expect(await chain.statusOf(encode.revisionId)).toBe('processing');
  await chain.finish(encode);
  await chain.complete(message);
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
  expect((await jobOf(message.jobId))?.Status).toBe('SUBMITTED');
  expect(services.replayed).toEqual([]);
});

test('makes a video ready although the event of its complete job was lost', async () => {
  const queueArn = services.encoder.defineQueue({ name: 'running', paused: false });
  const event = await services.upload('lost.mp4', movie);
  await transcodeUpload({ ...services, queueArn }, event);
  const submitted = (await chain.revisionOf(event))!;
  while ((await jobOf(submitted.jobId))?.Status !== 'COMPLETE')
    await new Promise((resolve) => void setTimeout(resolve, 100));

  await chain.complete(services.deadlineOf(submitted.attemptId!).message);
  const replay = services.replayed.find(({ detail }) => detail.jobId === submitted.jobId);
  expect(replay?.detail).toMatchObject({
    status: 'COMPLETE',
    queue: queueArn,
    userMetadata: { revisionId: submitted.id, attemptId: submitted.attemptId },
  });
  for (const step of STEPS) await chain.run(step, JSON.stringify(replay));
  await chain.deliver();
  expect(await revision(submitted.id)).toMatchObject({ status: 'ready', durationMs: 2000 });
});

test.each([
  ['ERROR', { status: 'uploaded', failedAttempts: [{ code: 'encoder_error' }] }, async (key: string) => {
    await services.s3.send(new DeleteObjectCommand({ Bucket: services.sourceBucket, Key: key }));
  }],
  ['CANCELED', { status: 'failed', code: 'encoder_canceled' }, async (_key: string, jobId: string) => {
    await services.mediaConvert.send(new CancelJobCommand({ Id: jobId }));
  }],
] as const)('ends the attempt of a job whose %s event was lost', async (status, outcome, endJob) => {
  const queue = { name: status.toLowerCase(), paused: true };
  const queueArn = services.encoder.defineQueue(queue);
  const key = `lost ${status}.mp4`;
  const event = await services.upload(key, movie);
  await transcodeUpload({ ...services, queueArn }, event);
  const { id, jobId, attemptId } = (await chain.revisionOf(event))!;
  await endJob(key, jobId!);
  services.encoder.defineQueue({ ...queue, paused: false });
  while ((await jobOf(jobId))?.Status !== status) await new Promise((resolve) => void setTimeout(resolve, 20));

  await chain.complete(services.deadlineOf(attemptId!).message);
  await chain.complete(services.replayed.at(-1));
  expect(await revision(id)).toMatchObject(outcome);
});

test('checks a queued job again, up to a limit', async () => {
  const { revisionId, attemptId, revision: { jobId } } = await chain.startEncode('waits.mp4', movie);
  const { message } = services.deadlineOf(attemptId);
  await chain.complete(message);
  await chain.complete(message);
  const second = services.deadlineOf(attemptId, 2);
  expect(second.message).toEqual({ ...message, look: 2 });
  expect(() => services.deadlineOf(attemptId, 3)).toThrow('does not exist');
  expect(await chain.statusOf(revisionId)).toBe('transcoding');
  const agesOf = () => services.metrics.filter(([name, , properties]) => name === 'UnfinishedAge' && properties?.['revisionId'] === revisionId);
  expect(agesOf()).toEqual([1, 2].map(() => ['UnfinishedAge', expect.any(Number), { revisionId }]));

  await chain.complete({ ...message, look: 43 });
  expect(agesOf()).toHaveLength(2);
  expect(services.metrics).toContainEqual(['VideosFailed', 1, { revisionId, code: 'encoder_timeout' }]);
  expect(await revision(revisionId)).toMatchObject({ status: 'failed', code: 'encoder_timeout' });
  expect((await jobOf(jobId))?.Status).toBe('CANCELED');
});

test('asks the encoder once at each check', async () => {
  const { attemptId } = await chain.startEncode('asks.mp4', movie);
  const names: string[] = [];
  const mediaConvert: Functions['mediaConvert'] = Object.create(services.mediaConvert);
  mediaConvert.send = async (command: never) => {
    names.push(Object(command).constructor.name);
    return services.mediaConvert.send(command);
  };
  await chain.complete(services.deadlineOf(attemptId).message, INBOX, { ...services, mediaConvert });
  expect(names).toEqual(['GetJobCommand']);
});

test('allows a running job its time twice, then cancels it and ends its upload', async () => {
  const { revisionId, attemptId, ended, revision: { jobId } } = await chain.startEncode('hangs.mp4', movie);
  await chain.complete(services.deadlineOf(attemptId).message, INBOX, withHangingEncoder(ago(2 * ALLOWANCE_MS - 60_000)));
  expect(await chain.statusOf(revisionId)).toBe('transcoding');
  const { message } = services.deadlineOf(attemptId, 2);
  await chain.complete(message, INBOX, withHangingEncoder(ago(2 * ALLOWANCE_MS)));
  expect((await jobOf(jobId))?.Status).toBe('CANCELED');
  await chain.complete(ended('CANCELED'));
  await chain.complete(message, INBOX, withHangingEncoder(ago(2 * ALLOWANCE_MS)));
  expect(await revision(revisionId)).toMatchObject({
    status: 'failed',
    code: 'encoder_timeout',
    message: expect.stringContaining(jobId!),
  });
  expect(chain.eventsOf(revisionId)).toEqual([
    expect.objectContaining({ type: 'video.failed', code: 'encoder_timeout' }),
  ]);
});

test('cancels a hanging job and publishes its end whenever completion is killed', async () => {
  let endings = 0;
  for (let requests = 0; endings === 0; requests += 1) {
    const { revisionId, attemptId, revision: { jobId } } = await chain.startEncode(`dies-after-${requests}.mp4`, movie);
    const message = { ...services.deadlineOf(attemptId).message, look: 2 };
    const startedAt = ago(2 * ALLOWANCE_MS);
    const died = await chain.complete(message, INBOX, withHangingEncoder(startedAt, services.killedAfter(requests))).then(
      () => false,
      () => true,
    );
    if (!died) endings += 1;
    await chain.complete(message, INBOX, withHangingEncoder(startedAt));
    expect((await jobOf(jobId))?.Status).toBe('CANCELED');
    expect(await revision(revisionId)).toMatchObject({ code: 'encoder_timeout', publishedAt: expect.any(Date) });
    expect(chain.eventsOf(revisionId).length).toBeGreaterThan(0);
  }
});

describe('a revision with a lost step message', () => {
  /** Prepares a revision whose job is complete and whose first deadline has expired. */
  const loseStepMessage = async (key: string) => {
    const queueArn = services.encoder.defineQueue({ name: 'complete', paused: false });
    const event = await services.upload(key, movie);
    await transcodeUpload({ ...services, queueArn }, event);
    const { id, jobId, attemptId } = (await chain.revisionOf(event))!;
    while ((await jobOf(jobId))?.Status !== 'COMPLETE') await new Promise((resolve) => void setTimeout(resolve, 50));
    const complete = jobEvent((await revision(id))!, 'COMPLETE');
    for (const step of STEPS.slice(1)) await chain.run(step, complete);
    await chain.complete(services.deadlineOf(attemptId!).message);
    expect(await chain.statusOf(id)).toBe('processing');
    const replays = services.replayed.filter(({ detail }) => detail.jobId === jobId);
    return { id, replays, second: services.deadlineOf(attemptId!, 2).message };
  };

  test('becomes ready because the end of its job is published again', async () => {
    const { id, replays, second } = await loseStepMessage('lost once.mp4');
    for (const event of replays) for (const step of STEPS) await chain.run(step, JSON.stringify(event));
    await chain.deliver();
    await chain.complete(second);
    expect(await chain.statusOf(id)).toBe('ready');
    expect(chain.eventsOf(id)).toHaveLength(1);
  });

  test('has its event published at every check, and ends if none has helped within the job’s allowance', async () => {
    const { id, replays, second } = await loseStepMessage('lost twice.mp4');
    await chain.complete(second);
    expect(await chain.statusOf(id)).toBe('processing');
    expect(services.replayed.slice(-2)).toEqual([replays[0], replays[0]]);
    const third = services.deadlineOf(second.attemptId, 3).message;
    expect(third).toEqual({ ...second, look: 3 });
    const late = { ...third, endedSince: ago(ALLOWANCE_MS).toISOString() };
    for (let times = 0; times < 2; times += 1) await chain.complete(late);
    expect(await revision(id)).toMatchObject({ status: 'failed', code: 'processing_timeout' });
    expect(chain.eventsOf(id)).toEqual([expect.objectContaining({ code: 'processing_timeout' })]);
    expect(replays).toHaveLength(1);
  });
});

test('removes the deadline of a revision that has ended; one that remains is harmless', async () => {
  const ready = await chain.startEncode('in time.mp4', movie);
  expect(services.deadlineOf(ready.attemptId).message).toBeDefined();
  await chain.finish(ready);
  expect(() => services.deadlineOf(ready.attemptId)).toThrow('does not exist');

  const waited = await chain.startEncode('waited.mp4', movie);
  await chain.complete(services.deadlineOf(waited.attemptId).message);
  const second = services.deadlineOf(waited.attemptId, 2);
  const twoMinutes = sql`interval '2 minutes'`;
  await services.database
    .update(revisions)
    .set({ submittedAt: sql`submitted_at - ${twoMinutes}` })
    .where(eq(revisions.id, waited.revisionId));
  await chain.complete(waited.ended('CANCELED'));
  expect(() => services.deadlineOf(waited.attemptId, 2)).toThrow('does not exist');
  await chain.complete(second.message);
  expect(await revision(waited.revisionId)).toMatchObject({ code: 'encoder_canceled' });

  const failed = await chain.startEncode('kept deadline.mp4', movie);
  const removeDeadline = () => Promise.reject(new Error('Rate exceeded'));
  await chain.complete(failed.ended('CANCELED'), INBOX, { ...services, removeDeadline });
  await chain.complete(services.deadlineOf(failed.attemptId).message);
  expect(await revision(failed.revisionId)).toMatchObject({ code: 'encoder_canceled', publishedAt: expect.any(Date) });
});

test('ends the attempt of a job that the encoder does not know', async () => {
  const { revisionId, attemptId } = await chain.startEncode('forgotten.mp4', movie);
  const { message } = services.deadlineOf(attemptId);
  await chain.complete({ ...message, jobId: '1234567890123-abcdef' });
  expect(await revision(revisionId)).toMatchObject({ status: 'uploaded', failedAttempts: [{ code: 'encoder_error' }] });
});
