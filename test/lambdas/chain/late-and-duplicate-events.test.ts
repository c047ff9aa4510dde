import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { sql } from 'drizzle-orm';
import { findPlayable } from '../../../catalog/videos/find-playable.ts';
import { findVideoOverview } from '../../../catalog/videos/video-overview.ts';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { type ChainServices, type Functions } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { jobEvent } from '../../support/chain/steps.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
useChain((started) => void ({ services, chain, movie } = started));

/** Ages every claim until its claimant is considered dead. */
function expireClaims(): Promise<unknown> {
  return services.database.execute(sql`update revisions set claimed_at = claimed_at - interval '1 hour'`);
}

test.each([
  ['newer, older, older, newer, older, newer'],
  ['older, newer, newer, older, older, newer'],
])('encodes only the newer of two uploads of a key for events in the order %s', async (order) => {
  const key = `${order}.mp4`;
  const events = { older: await services.upload(key, movie), newer: await services.upload(key, movie) };
  for (const which of order.split(', ')) await transcodeUpload(services, events[which === 'newer' ? 'newer' : 'older']);
  await chain.deliver();
  const [older, newer] = [(await chain.revisionOf(events.older))!, (await chain.revisionOf(events.newer))!];
  expect([older.status, newer.status]).toEqual(['superseded', 'transcoding']);
  expect([await chain.jobsOf(older.id), await chain.jobsOf(newer.id)].map((jobs) => jobs.length)).toEqual([0, 1]);
  expect(chain.eventsOf(older.id)).toEqual([expect.objectContaining({ type: 'video.superseded' })]);
});

test('plays the newest ready upload, whichever job ends first and however the others end', async () => {
  const key = 'repeated.mp4';
  const first = await chain.startEncode(key, movie);
  await chain.finish(first);
  const { videoId } = first;
  const playing = async (): Promise<number | undefined> => {
    const playable = await findPlayable(services.database, videoId);
    return playable.state === 'playable' ? playable.encode?.revision : undefined;
  };
  expect(await playing()).toBe(1);

  const second = await chain.startEncode(key, movie);
  const third = await chain.startEncode(key, movie);
  await chain.finish(third);
  expect(await playing()).toBe(3);
  await chain.finish(second);
  expect(await playing()).toBe(3);

  const broken = await chain.startEncode(key, movie);
  await chain.complete(broken.ended('ERROR', { errorCode: 1433, errorMessage: 'Unable to assume role' }));
  const text = await services.upload(key, 'no video at all');
  await transcodeUpload(services, text);
  await chain.deliver();
  expect(await playing()).toBe(3);
  const ends = [first, second, third, broken].map(({ revisionId }) => chain.statusOf(revisionId));
  expect(await Promise.all(ends)).toEqual(['superseded', 'superseded', 'ready', 'failed']);
  expect(await chain.revisionOf(text)).toMatchObject({ number: 5, status: 'rejected', code: 'not_a_video' });

  await chain.finish(await chain.startEncode(key, movie));
  expect(await playing()).toBe(6);
});

test('makes one ready video and publishes it once when every message arrives three times and in reverse order', async () => {
  const encode = await chain.startEncode('three-times.mp4', movie);
  await chain.putOutput(encode.prefix);
  const threeTimes = async (work: () => Promise<void>): Promise<void> => {
    for (let times = 0; times < 3; times += 1) await work();
  };
  await threeTimes(async () => {
    // Three deliveries of one step's message run concurrently.
    await Promise.all([1, 2, 3].map(() => chain.run('metadata', encode.ended('COMPLETE'))));
    await chain.complete(encode.ended('PROGRESSING'));
    for (const step of STEPS.toReversed()) await chain.run(step, encode.ended('COMPLETE'));
    await transcodeUpload(services, encode.event);
    await chain.deliver();
  });
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
  expect(chain.eventsOf(encode.revisionId)).toEqual([expect.objectContaining({ type: 'video.ready' })]);
  expect(await chain.jobsOf(encode.revisionId)).toHaveLength(1);
});

test('books the price of a superseded job once if it completes after all', async () => {
  const older = await chain.startEncode('late-price.mp4', movie);
  const newer = await chain.startEncode('late-price.mp4', movie);
  const chargesOf = async (...revisionIds: string[]): Promise<unknown[]> => {
    const { rows } = await services.database.execute<{ revision_id: string; state: string }>(
      sql`select revision_id, state from encode_charges`,
    );
    return revisionIds.map((id) => rows.filter(({ revision_id: of }) => of === id).map(({ state }) => state));
  };
  expect(await chargesOf(older.revisionId, newer.revisionId)).toEqual([['returned'], ['reserved']]);
  for (const step of STEPS) await chain.run(step, older.ended('COMPLETE'));
  await chain.finish(newer);
  expect(await chargesOf(older.revisionId, newer.revisionId)).toEqual([['spent'], ['spent']]);
});

test('records the progress of the claimed attempt only, and never decreases it', async () => {
  const encode = await chain.startEncode('percent.mp4', movie);
  const progress = (jobPercentComplete: number): string =>
    encode.ended('STATUS_UPDATE', { jobProgress: { jobPercentComplete } });
  const percent = async (): Promise<number | null | undefined> => 
    (await findVideoOverview(services.database, (await chain.revisionOf(encode.event))!.videoId))?.latest?.percent;
  for (const [now, then] of [[12.7, 12], [40, 40], [25, 40]] as const) {
    await chain.complete(progress(now));
    expect(await percent()).toBe(then);
  }
  await chain.complete(progress(90).replaceAll(encode.attemptId, 'anotherattempt00'));
  expect(await percent()).toBe(40);
});

describe('a newer upload of a key', () => {
  test('cancels the job of an older upload, whatever its own outcome, and never the reverse', async () => {
    const key = 'stops.mp4';
    const older = await chain.startEncode(key, movie);
    const event = await services.upload(key, 'no video at all');
    await transcodeUpload(services, event);
    await chain.deliver();
    const { revision, attemptId } = older;
    expect(await chain.statusOf(older.revisionId)).toBe('superseded');
    expect((await chain.jobsOf(older.revisionId)).map(({ Status }) => Status)).toEqual(['CANCELED']);
    expect(() => services.deadlineOf(attemptId)).toThrow('does not exist');
    await chain.complete(older.ended('CANCELED'));
    await chain.run('metadata', older.ended('COMPLETE'));
    expect(chain.eventsOf(older.revisionId)).toEqual([expect.objectContaining({ type: 'video.superseded' })]);
    expect(await chain.revisionOf(event)).toMatchObject({ status: 'rejected', number: revision.number + 1 });

    const newest = await chain.startEncode(key, movie);
    for (const late of [older.event, event]) await transcodeUpload(services, late);
    await chain.deliver();
    expect(await chain.statusOf(newest.revisionId)).toBe('transcoding');
    expect((await chain.jobsOf(newest.revisionId)).map(({ Status }) => Status)).toEqual(['SUBMITTED']);
  });

  test('leaves the playing revision unchanged', async () => {
    const key = 'plays.mp4';
    const ready = await chain.startEncode(key, movie);
    await chain.finish(ready);
    const newer = await chain.startEncode(key, movie);
    await chain.deliver();
    expect(await chain.statusOf(ready.revisionId)).toBe('ready');
    await chain.complete(newer.ended('CANCELED'));
    expect(await findPlayable(services.database, ready.videoId)).toMatchObject({ encode: { revision: 1 } });
  });
});

test('ignores job events after the video is ready, and publishes nothing again', async () => {
  const encode = await chain.startEncode('late.mp4', movie);
  const { message: deadline } = services.deadlineOf(encode.attemptId);
  await chain.finish(encode);
  const before = (await findRevision(services.database, encode.revisionId))?.revision;
  expect(before?.status).toBe('ready');
  const late = [
    encode.ended('PROGRESSING'),
    encode.ended('ERROR', { errorCode: 1999, errorMessage: 'Out of paper' }),
    encode.ended('CANCELED'),
    deadline,
    encode.ended('PROGRESSING'),
  ];
  for (const message of late) await chain.complete(message);
  for (const step of STEPS) await chain.run(step, encode.ended('COMPLETE'));
  await chain.deliver();
  await transcodeUpload(services, encode.event);
  expect((await findRevision(services.database, encode.revisionId))?.revision).toEqual(before);
  expect(chain.eventsOf(encode.revisionId)).toHaveLength(1);
  expect((await chain.jobsOf(encode.revisionId)).map(({ Status }) => Status)).toEqual(['SUBMITTED']);
});

test('ignores a steps-finished message for unfinished steps or an unknown revision', async () => {
  const encode = await chain.startEncode('early.mp4', movie);
  await chain.complete({ type: 'steps-finished', revisionId: encode.revisionId });
  await chain.complete({ type: 'steps-finished', revisionId: '01890000-0000-7000-8000-000000000000' });
  expect(await chain.statusOf(encode.revisionId)).toBe('transcoding');
  await chain.finish(encode);
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
});

test('adopts a completed job that was not recorded', async () => {
  const event = await services.upload('unrecorded.mp4', movie);
  let requests = 0;
  for (let jobs = 0; jobs === 0; requests += 1) {
    await expireClaims();
    await services.forgetStarts();
    await transcodeUpload(services.killedAfter(requests), event).catch(() => undefined);
    const revision = await chain.revisionOf(event);
    jobs = revision === undefined ? 0 : (await chain.jobsOf(revision.id)).length;
  }
  const revision = (await chain.revisionOf(event))!;
  expect(revision).toMatchObject({ status: 'uploaded', jobId: null });
  const [job] = await chain.jobsOf(revision.id);
  const complete = jobEvent({ ...revision, jobId: job?.Id ?? null }, 'COMPLETE');
  await chain.putOutput(`v/${revision.videoId}/1/${revision.attemptId}/`);
  for (const step of STEPS) await chain.run(step, complete);
  await chain.deliver();
  expect(await chain.revisionOf(event)).toMatchObject({ status: 'ready', jobId: job?.Id });
  await expireClaims();
  await transcodeUpload(services, event);
  expect(await chain.jobsOf(revision.id)).toHaveLength(1);
});

test('rejects a file that is deleted before its event, and finishes one that is deleted after submission', async () => {
  const remove = (key: string) =>
    services.s3.send(new DeleteObjectCommand({ Bucket: services.sourceBucket, Key: key }));
  const event = await services.upload('deleted-before.mp4', movie);
  await remove('deleted-before.mp4');
  await transcodeUpload(services, event);
  await transcodeUpload(services, event);
  await chain.deliver();
  const revision = (await chain.revisionOf(event))!;
  expect(revision).toMatchObject({ status: 'rejected', code: 'source_missing' });
  expect(await chain.jobsOf(revision.id)).toEqual([]);
  expect(chain.eventsOf(revision.id)).toHaveLength(1);

  const encode = await chain.startEncode('deleted-after.mp4', movie);
  await remove('deleted-after.mp4');
  await chain.finish(encode);
  expect(await chain.statusOf(encode.revisionId)).toBe('ready');
});

describe('a database that resumes from pause', () => {
  afterEach(() => services.databaseService.pause(0));

  test('delays a message without failing it', async () => {
    const event = await services.upload('resuming.mp4', movie);
    services.databaseService.pause(3);
    await transcodeUpload(services, event);
    const revision = (await chain.revisionOf(event))!;
    services.databaseService.pause(3);
    await chain.complete(jobEvent(revision, 'CANCELED'));
    expect(await chain.revisionOf(event)).toMatchObject({ code: 'encoder_canceled', publishedAt: expect.any(Date) });
  });

  test('returns a message to its queue if it takes too long, and loses or repeats nothing', async () => {
    const event = await services.upload('paused.mp4', movie);
    services.databaseService.pause(1000);
    for (const delivery of [transcodeUpload, transcodeUpload]) {
      await expect(delivery(services, event)).rejects.toMatchObject({ cause: { name: 'DatabaseResumingException' } });
    }
    services.databaseService.pause(0);
    await transcodeUpload(services, event);
    const revision = (await chain.revisionOf(event))!;
    expect(revision.status).toBe('transcoding');
    expect(await chain.jobsOf(revision.id)).toHaveLength(1);

    services.databaseService.pause(1000);
    await expect(chain.complete(jobEvent(revision, 'CANCELED'))).rejects.toMatchObject({
      cause: { name: 'DatabaseResumingException' },
    });
    services.databaseService.pause(0);
    await chain.complete(jobEvent(revision, 'CANCELED'));
    expect(chain.eventsOf(revision.id)).toHaveLength(1);
  });

  test('leaves only one job if it pauses between submitting and recording', async () => {
    const event = await services.upload('pauses.mp4', movie);
    const mediaConvert: Functions['mediaConvert'] = Object.create(services.mediaConvert);
    mediaConvert.send = async (command: never) => {
      const response: never = await services.mediaConvert.send(command);
      if (Object(command).constructor.name === 'CreateJobCommand') services.databaseService.pause(1000);
      return response;
    };
    await expect(transcodeUpload({ ...services, mediaConvert }, event)).rejects.toMatchObject({
      cause: { name: 'DatabaseResumingException' },
    });
    services.databaseService.pause(0);
    await expect(transcodeUpload({ ...services, claimant: 'another' }, event)).rejects.toMatchObject({
      code: 'claim_taken',
    });
    await transcodeUpload(services, event);
    await chain.beginJobs(event);
    const revision = (await chain.revisionOf(event))!;
    const jobs = await chain.jobsOf(revision.id);
    expect(jobs.map(({ Id, Status }) => [Id === revision.jobId, Status])).toEqual([
      [false, 'CANCELED'],
      [true, 'SUBMITTED'],
    ]);
  });
});
