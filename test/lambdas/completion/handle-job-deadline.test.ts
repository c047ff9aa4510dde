import { CancelJobCommand, GetJobCommand } from '@aws-sdk/client-mediaconvert';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { eq, sql } from 'drizzle-orm';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { revisions } from '../../../catalog/schema/index.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { jobAllowanceMs } from '../../../lambdas/chain/job-deadlines.ts';
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

/** Returns functions whose encoder reports every job as in progress forever, but still cancels jobs. */
function withHangingEncoder(functions: Functions = services): Functions {
  const mediaConvert: Functions['mediaConvert'] = Object.create(functions.mediaConvert);
  mediaConvert.send = async (command: never) => {
    const response: never = await functions.mediaConvert.send(command);
    if (Object(command) instanceof GetJobCommand) Object(response).Job.Status = 'PROGRESSING';
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

test('sets a deadline for a submitted job, which a redelivered event leaves unchanged', async () => {
  const before = Date.now();
  const { revisionId, attemptId, revision: submitted, event } = await chain.startEncode('deadline.mp4', movie);
  const { at, message } = services.deadlineOf(attemptId);
  const allowanceMs = MIN_DEADLINE_MINUTES * 60_000 + 10 * 2000;
  expect(at.getTime()).toBeGreaterThan(before + allowanceMs - 1000);
  expect(at.getTime()).toBeLessThanOrEqual(Date.now() + allowanceMs);
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
    outputGroupDetails: [
      {
        type: 'CMAF_GROUP',
        outputDetails: [
          { durationInMs: expect.any(Number), videoDetails: { widthInPx: 320, heightInPx: 180 } },
          { durationInMs: expect.any(Number) },
        ],
      },
      { type: 'FILE_GROUP' },
    ],
  });
  for (const step of STEPS) await chain.run(step, JSON.stringify(replay));
  await chain.deliver();
  expect(await revision(submitted.id)).toMatchObject({ status: 'ready', durationMs: 2000 });
});

test.each([
  ['ERROR', 'encoder_error', async (key: string) => {
    await services.s3.send(new DeleteObjectCommand({ Bucket: services.sourceBucket, Key: key }));
  }],
  ['CANCELED', 'encoder_canceled', async (_key: string, jobId: string) => {
    await services.mediaConvert.send(new CancelJobCommand({ Id: jobId }));
  }],
] as const)('ends the revision of a job whose %s event was lost as %s', async (status, code, endJob) => {
  const queue = { name: status.toLowerCase(), paused: true };
  const queueArn = services.encoder.defineQueue(queue);
  const event = await services.upload(`${code}.mp4`, movie);
  await transcodeUpload({ ...services, queueArn }, event);
  const { id, jobId, attemptId } = (await chain.revisionOf(event))!;
  await endJob(`${code}.mp4`, jobId!);
  services.encoder.defineQueue({ ...queue, paused: false });
  while ((await jobOf(jobId))?.Status !== status) await new Promise((resolve) => void setTimeout(resolve, 20));

  await chain.complete(services.deadlineOf(attemptId!).message);
  await chain.complete(services.replayed.at(-1));
  expect(await revision(id)).toMatchObject({ status: 'failed', code });
  expect(chain.eventsOf(id)).toEqual([expect.objectContaining({ type: 'video.failed', code })]);
});

test('checks a queued job again, up to a limit', async () => {
  const { revisionId, attemptId, revision: { jobId } } = await chain.startEncode('waits.mp4', movie);
  const { message } = services.deadlineOf(attemptId);
  await chain.complete(message);
  await chain.complete(message);
  const second = services.deadlineOf(attemptId, 2);
  expect(second.message).toEqual({ ...message, look: 2, lastSeen: 'waiting' });
  expect(() => services.deadlineOf(attemptId, 3)).toThrow('does not exist');
  expect(await chain.statusOf(revisionId)).toBe('transcoding');

  await chain.complete({ ...message, look: 100 });
  expect(await revision(revisionId)).toMatchObject({ status: 'failed', code: 'encoder_timeout' });
  expect((await jobOf(jobId))?.Status).toBe('CANCELED');
});

test('allows a running job its time twice, then cancels it and ends its upload', async () => {
  const { revisionId, attemptId, ended, revision: { jobId } } = await chain.startEncode('hangs.mp4', movie);
  await chain.complete(services.deadlineOf(attemptId).message, INBOX, withHangingEncoder());
  expect(await chain.statusOf(revisionId)).toBe('transcoding');
  const { message } = services.deadlineOf(attemptId, 2);
  expect(message).toMatchObject({ lastSeen: 'running' });
  await chain.complete(message, INBOX, withHangingEncoder());
  expect((await jobOf(jobId))?.Status).toBe('CANCELED');
  await chain.complete(ended('CANCELED'));
  await chain.complete(message, INBOX, withHangingEncoder());
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
    const message = { ...services.deadlineOf(attemptId).message, look: 2, lastSeen: 'running' as const };
    const died = await chain.complete(message, INBOX, withHangingEncoder(services.killedAfter(requests))).then(
      () => false,
      () => true,
    );
    if (!died) endings += 1;
    await chain.complete(message, INBOX, withHangingEncoder());
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

  test('ends if that event is lost, too', async () => {
    const { id, replays, second } = await loseStepMessage('lost twice.mp4');
    for (let times = 0; times < 2; times += 1) await chain.complete(second);
    expect(await revision(id)).toMatchObject({ status: 'failed', code: 'processing_timeout' });
    expect(chain.eventsOf(id)).toEqual([expect.objectContaining({ code: 'processing_timeout' })]);
    expect(replays).toHaveLength(1);
    expect(services.replayed.at(-1)).toEqual(replays[0]);
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
  const halfAnHour = sql`interval '31 minutes'`;
  await services.database
    .update(revisions)
    .set({ submittedAt: sql`submitted_at - ${halfAnHour}` })
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

test('ends the upload of a job that the encoder does not know', async () => {
  const { revisionId, attemptId } = await chain.startEncode('forgotten.mp4', movie);
  const { message } = services.deadlineOf(attemptId);
  await chain.complete({ ...message, jobId: '1234567890123-abcdef' });
  expect(await revision(revisionId)).toMatchObject({ status: 'failed', code: 'encoder_error' });
  expect(chain.eventsOf(revisionId)).toHaveLength(1);
});
