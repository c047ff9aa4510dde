import { DeleteObjectTaggingCommand, DeleteObjectCommand, GetObjectTaggingCommand, PutObjectCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { DeleteScheduleCommand, CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetJobCommand } from '@aws-sdk/client-mediaconvert';
import { eq, inArray, sql } from 'drizzle-orm';
import { findRevision } from '../../../catalog/revisions/find-revision.ts';
import { supersedeRevision } from '../../../catalog/revisions/end-revision.ts';
import { revisions, settledChanges, steps, uploads, videos } from '../../../catalog/schema/index.ts';
import { changePublication } from '../../../catalog/videos/publication.ts';
import { findDeletionScope, markDeleted } from '../../../catalog/videos/mark-deleted.ts';
import { pointerKey } from '../../../lambdas/contracts/output-layout.ts';
import { listObjects } from '../../../lambdas/runtime/list-objects.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import type { Reconciliation } from '../../../lambdas/contracts/reconciliation.ts';
import { newVideo } from '../../support/catalog/test-videos.ts';
import { countsOf, makeReconciler, type Reconciler } from '../../support/chain/reconciler.ts';
import { readPointer } from '../../support/chain/read-pointer.ts';
import { type ChainServices, DEADLINES, GRACES } from '../../support/chain/services.ts';
import { type StartedChain, useChain } from '../../support/chain/use-chain.ts';
import { jobEvent } from '../../support/chain/steps.ts';

let services: ChainServices;
let chain: StartedChain['chain'];
let movie: Buffer;
let reconciler: Reconciler;
useChain((started) => {
  ({ services, chain, movie } = started);
  reconciler = makeReconciler(services);
});

let names = 0;
function nextKey(): string {
  return `limbo ${(names += 1)}.mp4`;
}

/** Makes a video ready. */
async function ready(key = nextKey()) {
  const encode = await chain.startEncode(key, movie);
  await chain.finish(encode);
  return { ...encode, key };
}

/** Delivers what the reconciler has sent to the functions of the chain. */
async function deliverSent(): Promise<void> {
  for (const message of reconciler.uploads.splice(0)) await transcodeUpload(services, message);
  for (const message of reconciler.completions.splice(0)) await chain.complete(message);
  for (const message of reconciler.removals.splice(0)) await chain.handleRemoval(message);
  for (const message of reconciler.withdrawals.splice(0)) await chain.handleWithdrawal(message);
}

/** Expects a dry run to find one thing and change nothing, a run to mend it, and the next to find nothing. */
async function expectMended(code: keyof Reconciliation['findings']): Promise<void> {
  expect(countsOf(await reconciler.run({ dryRun: true }))).toEqual({ [code]: [1, 1] });
  expect([reconciler.uploads, reconciler.completions, reconciler.removals, reconciler.withdrawals].flat()).toEqual([]);
  expect(countsOf(await reconciler.run())).toEqual({ [code]: [1, 1] });
  await deliverSent();
  await chain.deliver();
  expect(countsOf(await reconciler.run())).toEqual({});
}

async function statusOf(revisionId: string) {
  return (await findRevision(services.database, revisionId))?.revision.status;
}

async function isPublished(Key: string): Promise<boolean> {
  const { TagSet = [] } = await services.s3.send(new GetObjectTaggingCommand({ Bucket: services.outputBucket, Key }));
  return TagSet.some(({ Key: name }) => name === 'sluice:published');
}

afterEach(async () => {
  // What a test leaves in progress ends, with its jobs and schedules.
  const open = inArray(revisions.status, ['uploaded', 'transcoding', 'processing']);
  const left = await services.database.select().from(revisions).where(open);
  for (const { id } of left) {
    await supersedeRevision(services.database, id);
    await chain.complete({ type: 'revision-ended', revisionId: id });
  }
  await reconciler.run();
  await deliverSent();
});

test('finds nothing where everything agrees', async () => {
  const first = await ready();
  await ready();
  const report = await reconciler.run();
  expect(countsOf(report)).toEqual({});
  expect(report).toMatchObject({ unfinished: [], examined: { videos: 2, revisions: 2, versions: 2 } });
  expect(await statusOf(first.revisionId)).toBe('ready');
});

test('leaves work alone that is younger than an hour', async () => {
  await chain.startEncode(nextKey(), movie);
  await services.upload(nextKey(), movie);
  await services.s3.send(new PutObjectCommand({ Bucket: services.outputBucket, Key: 'v/01890000-0000-7000-8000-000000000001/1/abcdefgh1/a', Body: 'x' }));
  const report = await reconciler.run({ removeUnknown: true }, { now: () => new Date() });
  expect(countsOf(report)).toEqual({});
  await services.s3.send(new DeleteObjectCommand({ Bucket: services.outputBucket, Key: 'v/01890000-0000-7000-8000-000000000001/1/abcdefgh1/a' }));
});

test('1: queues an upload whose event was lost', async () => {
  const key = nextKey();
  await services.upload(key, movie);
  await expectMended('source_unregistered');
  const [video] = await services.database.select().from(videos).where(eq(videos.key, key));
  expect(video?.status).toBe('transcoding');
});

test('2: queues an uploaded revision whose message was lost', async () => {
  const event = await services.upload(nextKey(), movie);
  await transcodeUpload(services.killedAfter(3), event).catch(() => undefined);
  const revision = (await chain.revisionOf(event))!;
  expect(revision).toMatchObject({ status: 'uploaded', jobId: null });
  await expectMended('upload_stuck');
  expect(await statusOf(revision.id)).toBe('transcoding');
});

test('3: checks the job of a revision without a schedule', async () => {
  const { revisionId, attemptId } = await chain.startEncode(nextKey(), movie);
  await services.scheduler.send(new DeleteScheduleCommand({ GroupName: DEADLINES.DEADLINE_GROUP, Name: `${attemptId}-1` }));
  await expectMended('deadline_missing');
  expect(await statusOf(revisionId)).toBe('transcoding');
});

test('4: lets an attempt fail whose job does not exist', async () => {
  const { revisionId, revision } = await chain.startEncode(nextKey(), movie);
  await services.database.update(revisions).set({ jobId: '1700000000000-nobody' }).where(eq(revisions.id, revisionId));
  expect(countsOf(await reconciler.run({ dryRun: true }))).toEqual({ job_missing: [1, 1], job_orphaned: [1, 1] });
  await reconciler.run();
  await deliverSent();
  expect((await findRevision(services.database, revisionId))?.revision).toMatchObject({ status: 'uploaded', failedAttempts: [{ code: 'encoder_error' }] });
  const { Job } = await services.mediaConvert.send(new GetJobCommand({ Id: revision.jobId ?? '' }));
  expect(Job?.Status).toBe('CANCELED');
});

test('5: repeats the event of a job that has ended', async () => {
  const { revisionId, revision } = await chain.startEncode(nextKey(), movie);
  await services.encoder.cancelJob(revision.jobId ?? '');
  services.replayed.splice(0);
  expect(countsOf(await reconciler.run())).toEqual({ job_event_lost: [1, 1] });
  await deliverSent();
  const [event] = services.replayed;
  expect(event?.detail).toMatchObject({ status: 'CANCELED', jobId: revision.jobId });
  await chain.complete(event);
  expect(await statusOf(revisionId)).toBe('failed');
});

test('6: completes a revision whose last step could not say so', async () => {
  const encode = await chain.startEncode(nextKey(), movie);
  await chain.putOutput(encode.prefix);
  for (const step of STEPS) await chain.run(step, jobEvent(encode.revision, 'COMPLETE'));
  services.sent.splice(0);
  await expectMended('steps_not_completed');
  expect(await statusOf(encode.revisionId)).toBe('ready');
});

test('7: publishes an end that nobody was told', async () => {
  const encode = await ready();
  await services.database.update(revisions).set({ publishedAt: null }).where(eq(revisions.id, encode.revisionId));
  const before = chain.eventsOf(encode.revisionId).length;
  await expectMended('end_unpublished');
  expect(chain.eventsOf(encode.revisionId)).toHaveLength(before + 1);
});

test('8: carries out a withdrawal whose message was lost', async () => {
  const encode = await ready();
  await changePublication(services.database, { videoId: encode.videoId, withdrawn: true, publication: 1 });
  await expectMended('withdrawal_unsettled');
  expect(await isPublished(`${encode.prefix}index.m3u8`)).toBe(false);
});

test.each([
  ['9: unpublishes an object of a withdrawn video', true],
  ['10: publishes a playlist of a published video', false],
])('%s', async (_, withdrawn) => {
  const encode = await ready();
  const object = { Bucket: services.outputBucket, Key: `${encode.prefix}index.m3u8` };
  if (withdrawn) {
    await chain.setWithdrawn(encode.videoId, true);
    await services.s3.send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet: [{ Key: 'sluice:published', Value: 'true' }] } }));
  } else await services.s3.send(new DeleteObjectTaggingCommand(object));
  await expectMended('tags_disagree');
  expect(await isPublished(object.Key)).toBe(!withdrawn);
});

test('11: removes a deleted video whose message was lost', async () => {
  const encode = await ready();
  const scope = (await findDeletionScope(services.database, encode.videoId))!;
  await markDeleted(services.database, scope);
  expect(countsOf(await reconciler.run({ dryRun: true }))).toMatchObject({ removal_unfinished: [1, 1] });
  expect(reconciler.removals).toEqual([]);
  expect(countsOf(await reconciler.run())).toMatchObject({ removal_unfinished: [1, 1] });
  await deliverSent();
  expect(countsOf(await reconciler.run())).toEqual({});
  expect((await listObjects(services.s3, services.outputBucket, `v/${encode.videoId}/`)).map(({ key }) => key)).toEqual([pointerKey(encode.videoId)]);
  expect((await readPointer(services, encode.videoId)).target).toBeNull();
  const [settled] = await services.database.select().from(settledChanges).where(eq(settledChanges.videoId, encode.videoId));
  expect(settled?.removedThrough).toBe(1);
});

test('12: retires a superseded revision whose schedule was lost', async () => {
  const key = nextKey();
  const first = await ready(key);
  await ready(key);
  await services.database
    .update(revisions)
    .set({ supersededAt: sql`now() - interval '2 days'` })
    .where(eq(revisions.id, first.revisionId));
  await expectMended('grace_overdue');
  expect(await listObjects(services.s3, services.outputBucket, first.prefix)).toEqual([]);
});

test('13: writes a pointer that is missing, and one that is behind', async () => {
  const encode = await ready();
  const lost = { Bucket: services.outputBucket, Key: pointerKey(encode.videoId) };
  const ofVideo = eq(settledChanges.videoId, encode.videoId);
  await services.s3.send(new DeleteObjectCommand(lost));
  await services.database.update(settledChanges).set({ pointer: null }).where(ofVideo);
  await expectMended('pointer_behind');
  expect((await readPointer(services, encode.videoId)).target).toMatchObject({ kind: 'encode', revision: 1 });
  await services.database.update(settledChanges).set({ pointer: 0 }).where(ofVideo);
  await expectMended('pointer_behind');
  const [settled] = await services.database.select().from(settledChanges).where(ofVideo);
  expect(settled?.pointer).toBeGreaterThan(0);
});

test('removes an expired upload', async () => {
  const { uploadId, videoId } = await newVideo(services.owner, { bucket: services.sourceBucket });
  await services.database.update(uploads).set({ expiresAt: sql`now() - interval '1 hour'` }).where(eq(uploads.id, uploadId));
  await expectMended('upload_expired');
  const [video] = await services.database.select().from(videos).where(eq(videos.id, videoId));
  expect(video?.status).toBe('deleted');
});

test('cancels a job that no revision claims, and no job of another deployment', async () => {
  const event = await services.upload(nextKey(), movie);
  await transcodeUpload(services, event);
  const mine = (await chain.revisionOf(event))!;
  const foreignEvent = await services.upload(nextKey(), movie);
  await transcodeUpload({ ...services, deployment: 'OtherPipeline' }, foreignEvent);
  const foreign = (await chain.revisionOf(foreignEvent))!;
  for (const { id } of [mine, foreign]) await supersedeRevision(services.database, id);
  expect(countsOf(await reconciler.run())).toMatchObject({ job_orphaned: [1, 1] });
  const statusOfJob = async (id: string | null) => (await services.mediaConvert.send(new GetJobCommand({ Id: id ?? '' }))).Job?.Status;
  expect([await statusOfJob(mine.jobId), await statusOfJob(foreign.jobId)]).toEqual(['CANCELED', 'SUBMITTED']);
});

test('records a job that a crash left unrecorded', async () => {
  const encode = await chain.startEncode(nextKey(), movie);
  await services.owner.execute(sql`alter table revisions disable trigger all`);
  await services.owner.execute(sql`update revisions set status = 'uploaded', job_id = null, submitted_at = null where id = cast(${encode.revisionId} as uuid)`);
  await services.owner.execute(sql`alter table revisions enable trigger all`);
  expect(countsOf(await reconciler.run())).toMatchObject({ job_unrecorded: [1, 1] });
  expect((await findRevision(services.database, encode.revisionId))?.revision).toMatchObject({ status: 'transcoding', jobId: encode.revision.jobId });
});

test('deletes schedules of ended revisions only', async () => {
  const { revision } = await chain.startEncode(nextKey(), movie);
  const ended = await ready();
  const create = (GroupName: string, Name: string) =>
    services.scheduler.send(
      new CreateScheduleCommand({
        GroupName,
        Name,
        ScheduleExpression: 'at(2099-01-01T00:00:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: DEADLINES.DEADLINE_QUEUE_ARN, RoleArn: DEADLINES.DEADLINE_ROLE_ARN },
      }),
    );
  await create(DEADLINES.DEADLINE_GROUP, `${ended.attemptId}-7`);
  await create(GRACES.GRACE_GROUP, `${ended.revisionId}-29000000`);
  expect(countsOf(await reconciler.run())).toEqual({ schedule_orphaned: [2, 2] });
  expect(services.deadlineOf(revision.attemptId ?? '').message.attemptId).toBe(revision.attemptId);
  expect(countsOf(await reconciler.run())).toEqual({});
});

test('deletes output of no use, and only names what the catalog does not know or lacks', async () => {
  const encode = await ready();
  const put = (Key: string) => services.s3.send(new PutObjectCommand({ Bucket: services.outputBucket, Key, Body: 'x' }));
  const otherAttempt = `v/${encode.videoId}/1/0123456789abcdef/`;
  const unknownRevision = `v/${encode.videoId}/7/0123456789abcdef/`;
  const unknownVideo = 'v/01890000-0000-7000-8000-000000000002/1/0123456789abcdef/';
  for (const prefix of [otherAttempt, unknownRevision, unknownVideo]) await put(`${prefix}index.m3u8`);
  for (const key of ['v/notes.txt', 'v/zzz/notes.txt', `v/${encode.videoId}/notes.txt`]) await put(key);
  await services.s3.send(new DeleteObjectCommand({ Bucket: services.outputBucket, Key: `${encode.prefix}index_180p.cmfv` }));
  await services.s3.send(new DeleteObjectCommand({ Bucket: services.sourceBucket, Key: encode.key, VersionId: encode.revision.versionId ?? '' }));

  const report = await reconciler.run();
  expect(countsOf(report)).toEqual({
    output_orphaned: [1, 1],
    output_unknown: [2, 0],
    output_foreign: [3, 0],
    output_missing: [1, 0],
    source_missing: [1, 0],
  });
  expect(report.findings.output_unknown?.examples.toSorted()).toEqual(['v/01890000-0000-7000-8000-000000000002/', `v/${encode.videoId}/7/`]);
  expect(report.findings.output_missing?.examples).toEqual([`${encode.prefix}index_180p.cmfv`]);
  const left = async (prefix: string) => (await listObjects(services.s3, services.outputBucket, prefix)).length;
  expect([await left(otherAttempt), await left(unknownRevision), await left(unknownVideo)]).toEqual([0, 1, 1]);
  expect(countsOf(await reconciler.run({ removeUnknown: true }))).toMatchObject({ output_unknown: [2, 2] });
  expect([await left(unknownRevision), await left(unknownVideo)]).toEqual([0, 0]);
  for (const key of ['v/notes.txt', 'v/zzz/notes.txt', `v/${encode.videoId}/notes.txt`])
    await services.s3.send(new DeleteObjectCommand({ Bucket: services.outputBucket, Key: key }));
  expect(await services.database.select().from(steps).where(eq(steps.revisionId, encode.revisionId))).toHaveLength(3);
});
