import { ListJobsCommand } from '@aws-sdk/client-mediaconvert';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import { findPlayable } from '../../catalog/queries/find-playable.ts';
import { findRevision } from '../../catalog/queries/find-revision.ts';
import type { ObjectCreated } from '../../lambdas/contracts/object-created.ts';
import { STEPS } from '../../lambdas/contracts/steps.ts';
import { transcodeUpload } from '../../lambdas/transcode/transcode-upload.ts';
import { clip } from '../support/clips.ts';
import { type ChainServices, type Functions, startChainServices } from './chain-services.ts';
import { chainSteps, INBOX, jobEvent } from './chain-steps.ts';

let services: ChainServices;
let chain: ReturnType<typeof chainSteps>;
let movie: Buffer;
beforeAll(async () => {
  [services, movie] = await Promise.all([startChainServices(), clip()]);
  chain = chainSteps(services);
}, 60_000);
afterAll(() => services.close());

async function jobsOf(revisionId: string) {
  const { Jobs = [] } = await services.mediaConvert.send(new ListJobsCommand({ Order: 'ASCENDING', MaxResults: 20 }));
  return Jobs.filter((job) => job.UserMetadata?.['revisionId'] === revisionId);
}

/** MediaConvert says that it has begun with every job that it was given for a revision. */
async function beginJobs(event: ObjectCreated): Promise<void> {
  const revision = await chain.revisionOf(event);
  if (revision === undefined) return;
  for (const { Id, UserMetadata } of await jobsOf(revision.id)) {
    const { attemptId = null } = UserMetadata ?? {};
    await chain.tell(jobEvent({ ...revision, jobId: Id ?? null, attemptId }, 'PROGRESSING'));
  }
}

/** Lets so much time pass that whoever claimed an upload is taken for dead. */
const outliveClaims = (): Promise<unknown> =>
  services.database.execute(sql`update revisions set claimed_at = claimed_at - interval '1 hour'`);

/**
 * Kills the function at its first request, then at its second, and so on: each time its queue hands out the message
 * again, until it gets to its end.
 *
 * @returns how often it died
 */
async function dyingEverywhere(
  work: (functions: Functions) => Promise<void>,
  afterDeath: () => Promise<unknown> = outliveClaims,
): Promise<number> {
  for (let deaths = 0; ; deaths += 1) {
    try {
      await work(services.mortal(deaths));
      return deaths;
    } catch (error) {
      if (!messages(error).includes('killed')) throw error;
      await afterDeath();
    }
  }
}

const messages = (error: unknown): string =>
  error instanceof Error ? `${error.message}; ${messages(error.cause)}` : '';

test.each([
  ['newer, older, older, newer, older, newer'],
  ['older, newer, newer, older, older, newer'],
])('of a key that was uploaded twice, events in the order %s give one job, for the newer', async (order) => {
  const key = `${order}.mp4`;
  const events = { older: await services.upload(key, movie), newer: await services.upload(key, movie) };
  for (const which of order.split(', ')) await transcodeUpload(services, events[which === 'newer' ? 'newer' : 'older']);
  await chain.deliver();
  const [older, newer] = [(await chain.revisionOf(events.older))!, (await chain.revisionOf(events.newer))!];
  expect([older.status, newer.status]).toEqual(['superseded', 'transcoding']);
  expect([await jobsOf(older.id), await jobsOf(newer.id)].map((jobs) => jobs.length)).toEqual([0, 1]);
  expect(chain.eventsOf(older.id)).toEqual([expect.objectContaining({ type: 'video.superseded' })]);
});

test('what plays is the newest upload that became ready, whichever job ends first and however the others end', async () => {
  const key = 'again and again.mp4';
  const first = await chain.encoding(key, movie);
  await chain.finish(first);
  const { videoId } = first;
  const playing = async (): Promise<number | undefined> => {
    const playable = await findPlayable(services.database, videoId);
    return playable.state === 'ready' ? playable.location.revision : undefined;
  };
  expect(await playing()).toBe(1);

  const second = await chain.encoding(key, movie);
  const third = await chain.encoding(key, movie);
  await chain.finish(third);
  expect(await playing()).toBe(3);
  await chain.finish(second);
  expect(await playing()).toBe(3);

  const broken = await chain.encoding(key, movie);
  await chain.tell(broken.ended('ERROR', { errorCode: 1999, errorMessage: 'Out of paper' }));
  const text = await services.upload(key, 'no video at all');
  await transcodeUpload(services, text);
  await chain.deliver();
  expect(await playing()).toBe(3);
  const ends = [first, second, third, broken].map(({ revisionId }) => chain.statusOf(revisionId));
  expect(await Promise.all(ends)).toEqual(['superseded', 'superseded', 'ready', 'failed']);
  expect(await chain.revisionOf(text)).toMatchObject({ number: 5, status: 'rejected', code: 'not_a_video' });

  await chain.finish(await chain.encoding(key, movie));
  expect(await playing()).toBe(6);
});

test('events of a job after its video is ready change nothing, and repeat no announcement', async () => {
  const encode = await chain.encoding('late.mp4', movie);
  await chain.finish(encode);
  const before = (await findRevision(services.database, encode.revisionId))?.revision;
  expect(before?.status).toBe('ready');
  const late = [
    encode.ended('PROGRESSING'),
    encode.ended('ERROR', { errorCode: 1999, errorMessage: 'Out of paper' }),
    encode.ended('CANCELED'),
    services.deadlineOf(encode.attemptId).message,
    encode.ended('PROGRESSING'),
  ];
  for (const message of late) await chain.tell(message);
  for (const step of STEPS) await chain.run(step, encode.ended('COMPLETE'));
  await chain.deliver();
  await transcodeUpload(services, encode.event);
  expect((await findRevision(services.database, encode.revisionId))?.revision).toEqual(before);
  expect(chain.eventsOf(encode.revisionId)).toHaveLength(1);
  expect((await jobsOf(encode.revisionId)).map(({ Status }) => Status)).toEqual(['SUBMITTED']);
});

test('word of steps that are not done, or of revisions that do not exist, makes nothing ready', async () => {
  const encode = await chain.encoding('early.mp4', movie);
  for (const step of STEPS) {
    await chain.tell({ type: 'step-finished', revisionId: encode.revisionId, step });
    await chain.tell({ type: 'step-finished', revisionId: '01890000-0000-7000-8000-000000000000', step });
  }
  expect(await chain.statusOf(encode.revisionId)).toBe('transcoding');
  await chain.finish(encode);
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
});

test('a job that completes before anybody could record it is adopted by its end', async () => {
  const event = await services.upload('unrecorded.mp4', movie);
  let requests = 0;
  for (let jobs = 0; jobs === 0; requests += 1) {
    await outliveClaims();
    await transcodeUpload(services.mortal(requests), event).catch(() => undefined);
    const revision = await chain.revisionOf(event);
    jobs = revision === undefined ? 0 : (await jobsOf(revision.id)).length;
  }
  const revision = (await chain.revisionOf(event))!;
  expect(revision).toMatchObject({ status: 'uploaded', jobId: null });
  const [job] = await jobsOf(revision.id);
  const complete = jobEvent({ ...revision, jobId: job?.Id ?? null }, 'COMPLETE');
  await chain.putOutput(`v/${revision.videoId}/1/${revision.attemptId}/`);
  for (const step of STEPS) await chain.run(step, complete);
  await chain.deliver();
  expect(await chain.revisionOf(event)).toMatchObject({ status: 'ready', jobId: job?.Id });
  await outliveClaims();
  await transcodeUpload(services, event);
  expect(await jobsOf(revision.id)).toHaveLength(1);
});

test.each([
  ['its event comes again at once', async () => undefined],
  ['its jobs say first that they have begun', beginJobs],
])('transcode dies between any two of its requests, %s: one job is left, claimed, with a deadline', async (how, between) => {
  const event = await services.upload(`${how}.mp4`, movie);
  const deaths = await dyingEverywhere(
    (functions) => transcodeUpload(functions, event),
    async () => {
      await between(event);
      await outliveClaims();
    },
  );
  expect(deaths).toBeGreaterThan(5);
  await beginJobs(event);
  const revision = (await chain.revisionOf(event))!;
  expect(revision.status).toBe('transcoding');
  const jobs = await jobsOf(revision.id);
  expect(jobs.filter(({ Status }) => Status !== 'CANCELED').map(({ Id }) => Id)).toEqual([revision.jobId]);
  expect(services.deadlineOf(revision.attemptId!).message).toMatchObject({ jobId: revision.jobId });
});

test('transcode dies anywhere while it rejects a file: the file is rejected and its end announced', async () => {
  const event = await services.upload('dying-rejection.mp4', 'no video at all');
  await dyingEverywhere((functions) => transcodeUpload(functions, event));
  await chain.deliver();
  const revision = await chain.revisionOf(event);
  expect(revision).toMatchObject({ status: 'rejected', code: 'not_a_video' });
  expect(chain.eventsOf(revision?.id ?? '').length).toBeGreaterThan(0);
});

test('steps and completion die between any two of their requests: the video becomes ready', async () => {
  const { revisionId, prefix, ended } = await chain.encoding('dying-steps.mp4', movie);
  await chain.putOutput(prefix);
  for (const step of STEPS) await dyingEverywhere((functions) => chain.run(step, ended('COMPLETE'), functions));
  const [message] = services.sent.splice(0).slice(-1);
  await dyingEverywhere((functions) => chain.tell(message, INBOX, functions));
  expect(await chain.statusOf(revisionId)).toBe('ready');
  expect(chain.eventsOf(revisionId).length).toBeGreaterThan(0);
});

test('a file whose object is deleted before its event is rejected, one deleted after it was read becomes ready', async () => {
  const remove = (key: string) =>
    services.s3.send(new DeleteObjectCommand({ Bucket: services.sourceBucket, Key: key }));
  const event = await services.upload('deleted-before.mp4', movie);
  await remove('deleted-before.mp4');
  await transcodeUpload(services, event);
  await transcodeUpload(services, event);
  await chain.deliver();
  const revision = (await chain.revisionOf(event))!;
  expect(revision).toMatchObject({ status: 'rejected', code: 'source_missing' });
  expect(await jobsOf(revision.id)).toEqual([]);
  expect(chain.eventsOf(revision.id)).toHaveLength(1);

  const encode = await chain.encoding('deleted-after.mp4', movie);
  await remove('deleted-after.mp4');
  await chain.finish(encode);
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
});

describe('a database that wakes from a pause', () => {
  afterEach(() => services.databaseService.pause(0));

  test('is waited for, and nobody notices', async () => {
    const event = await services.upload('resuming.mp4', movie);
    services.databaseService.pause(3);
    await transcodeUpload(services, event);
    const revision = (await chain.revisionOf(event))!;
    services.databaseService.pause(3);
    await chain.tell(jobEvent(revision, 'CANCELED'));
    expect(await chain.revisionOf(event)).toMatchObject({ code: 'encoder_canceled', publishedAt: expect.any(Date) });
  });

  test('and takes too long gives the message back to its queue, which loses nothing and repeats nothing', async () => {
    const event = await services.upload('sleeping.mp4', movie);
    services.databaseService.pause(1000);
    for (const delivery of [transcodeUpload, transcodeUpload]) {
      await expect(delivery(services, event)).rejects.toMatchObject({ cause: { name: 'DatabaseResumingException' } });
    }
    services.databaseService.pause(0);
    await transcodeUpload(services, event);
    const revision = (await chain.revisionOf(event))!;
    expect(revision.status).toBe('transcoding');
    expect(await jobsOf(revision.id)).toHaveLength(1);

    services.databaseService.pause(1000);
    await expect(chain.tell(jobEvent(revision, 'CANCELED'))).rejects.toMatchObject({
      cause: { name: 'DatabaseResumingException' },
    });
    services.databaseService.pause(0);
    await chain.tell(jobEvent(revision, 'CANCELED'));
    expect(chain.eventsOf(revision.id)).toHaveLength(1);
  });

  test('between submitting a job and recording it leaves that job or the next one, never both', async () => {
    const event = await services.upload('falls-asleep.mp4', movie);
    const mediaConvert: Functions['mediaConvert'] = Object.create(services.mediaConvert);
    mediaConvert.send = async (command: never) => {
      const answer: never = await services.mediaConvert.send(command);
      if (Object(command).constructor.name === 'CreateJobCommand') services.databaseService.pause(1000);
      return answer;
    };
    await expect(transcodeUpload({ ...services, mediaConvert }, event)).rejects.toMatchObject({
      cause: { name: 'DatabaseResumingException' },
    });
    services.databaseService.pause(0);
    await expect(transcodeUpload({ ...services, claimant: 'another' }, event)).rejects.toMatchObject({
      code: 'claim_taken',
    });
    await transcodeUpload(services, event);
    await beginJobs(event);
    const revision = (await chain.revisionOf(event))!;
    const jobs = await jobsOf(revision.id);
    expect(jobs.map(({ Id, Status }) => [Id === revision.jobId, Status])).toEqual([
      [false, 'CANCELED'],
      [true, 'SUBMITTED'],
    ]);
  });
});
