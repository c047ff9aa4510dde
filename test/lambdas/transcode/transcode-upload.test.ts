import { ListJobsCommand } from '@aws-sdk/client-mediaconvert';
import { DeleteObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { findRevisionByVersion } from '../../../catalog/revisions/find-revision.ts';
import { handleJobEvent } from '../../../lambdas/completion/handle-job-event.ts';
import type { ObjectCreated } from '../../../lambdas/contracts/object-created.ts';
import { type JobStateChange, jobMetadataSchema } from '../../../lambdas/contracts/job-state-change.ts';
import { transcodeUpload } from '../../../lambdas/transcode/transcode-upload.ts';
import { uploadedObject } from '../../../lambdas/chain/uploaded-object.ts';
import { makeClip, makeAudioClip } from '../../support/clips.ts';
import type { ChainServices } from '../../support/chain/services.ts';
import { useChain } from '../../support/chain/use-chain.ts';
import { jobStateChange } from '../../support/events.ts';
import { IGNORED_OBJECTS } from '../../support/inputs/object-names.ts';

let services: ChainServices;
let movie: Buffer;
useChain((started) => void ({ services, movie } = started));

async function revisionOf(event: ObjectCreated) {
  return (await findRevisionByVersion(services.database, uploadedObject(event)))?.revision;
}

/** Lists the jobs of a revision, newest first. */
async function jobsOf(revisionId = 'none') {
  const { Jobs = [] } = await services.mediaConvert.send(new ListJobsCommand({ Order: 'DESCENDING', MaxResults: 20 }));
  return Jobs.filter((job) => job.UserMetadata?.['revisionId'] === revisionId);
}

function progressEventOf({
  Id = '',
  Queue = '',
  UserMetadata,
}: Awaited<ReturnType<typeof jobsOf>>[number]): JobStateChange {
  return jobStateChange(
    { jobId: Id, queue: Queue, userMetadata: jobMetadataSchema.parse(UserMetadata) },
    'PROGRESSING',
  );
}

test('submits one recorded job for an event that arrives three times at once', async () => {
  const event = await services.upload('odd/key 한글 +%&\'".mp4', movie);
  const outcomes = await Promise.allSettled(
    ['one', 'two', 'three'].map((claimant) => transcodeUpload({ ...services, claimant }, event)),
  );
  // Deliveries that arrive while another one is submitting are retried later.
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(reasons.every((reason) => Object(reason).code === 'claim_taken')).toBe(true);
  await transcodeUpload({ ...services, claimant: 'later' }, event);

  const revision = await revisionOf(event);
  expect(revision).toMatchObject({
    status: 'transcoding',
    source: {
      container: 'isobmff',
      durationMs: 2000,
      video: { codec: 'AVC', width: 320, height: 180, frameRate: { numerator: 25, denominator: 1 }, rotation: 0 },
      audio: [{ codec: 'AAC', channels: 1 }],
    },
  });
  const jobs = await jobsOf(revision?.id);
  expect(jobs.map(({ Id }) => Id)).toEqual([revision?.jobId]);
  expect(jobs[0]?.UserMetadata).toMatchObject({ attemptId: revision?.attemptId, revision: '1' });
  expect(services.sent.filter(({ type }) => type !== 'source-playable')).toEqual([]);
});

test.each(IGNORED_OBJECTS)('leaves $key in the bucket, without a video', async ({ key, content }) => {
  const event = await services.upload(key, content);
  const sent = services.sent.length;
  await transcodeUpload(services, event);
  expect(await revisionOf(event)).toBeUndefined();
  expect(services.sent).toHaveLength(sent);
  const { ContentLength } = await services.s3.send(new HeadObjectCommand({ Bucket: event.detail.bucket.name, Key: key }));
  expect(ContentLength).toBe(content.length);
});

test.each([
  ['empty.mp4', 'empty_file', async () => Buffer.alloc(0)],
  ['notes.mp4', 'not_a_video', async () => Buffer.from('Dear diary,\n'.repeat(100))],
  ['photo.mp4', 'not_a_video', async () => Buffer.from('ffd8ffe000104a46494600010100', 'hex')],
  ['list.mp4', 'playlist_not_media', async () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
  ['stopped.mp4', 'missing_index', async () => Buffer.concat([movie.subarray(0, 32), box('mdat', 5000)])],
  ['cut.mp4', 'incomplete_file', async () => movie.subarray(0, movie.length / 2)],
  ['song.mp4', 'no_video_track', () => makeAudioClip()],
  ['tiny.mp4', 'unsupported_size', () => makeClip('-vf', 'scale=32:18')],
])('rejects %s as %s, notifies completion, and submits no job', async (key, code, content) => {
  const event = await services.upload(key, await content());
  await transcodeUpload(services, event);
  const revision = await revisionOf(event);
  expect(revision).toMatchObject({ status: 'rejected', code, message: expect.stringMatching(/\w{3,}.*\.$/) });
  expect(services.sent.at(-1)).toEqual({ type: 'revision-ended', revisionId: revision?.id });
  expect(await jobsOf(revision?.id)).toEqual([]);
});

test('notifies completion on redelivery of an event after a crash', async () => {
  const event = await services.upload('crash.mp4', Buffer.alloc(0));
  const crash = { ...services, sendToCompletion: () => Promise.reject(new Error('killed')) };
  await expect(transcodeUpload(crash, event)).rejects.toThrow('killed');
  await transcodeUpload(services, event);
  expect(services.sent.at(-1)).toEqual({ type: 'revision-ended', revisionId: (await revisionOf(event))?.id });
});

test('rejects an upload that was deleted before it was processed', async () => {
  const event = await services.upload('gone.mp4', movie);
  const { bucket, object } = event.detail;
  const version = { Bucket: bucket.name, Key: object.key, VersionId: object['version-id'] };
  await services.s3.send(new DeleteObjectCommand(version));
  await transcodeUpload(services, event);
  expect(await revisionOf(event)).toMatchObject({ status: 'rejected', code: 'source_missing' });
});

test('fails an upload in an archive class, unless its objects can be read at once', async () => {
  const event = await services.upload('archived.mp4', movie, 'GLACIER');
  await transcodeUpload(services, event);
  expect(await revisionOf(event)).toMatchObject({ status: 'failed', code: 'source_archived' });
  const readable = await services.upload('readable.mp4', movie, 'GLACIER_IR');
  await transcodeUpload(services, readable);
  expect(await revisionOf(readable)).toMatchObject({ status: 'transcoding' });
});

test('encodes only the newer of two uploads of a key, whichever event comes first', async () => {
  const [older, newer] = [await services.upload('twice.mp4', movie), await services.upload('twice.mp4', movie)];
  await transcodeUpload(services, newer);
  await transcodeUpload(services, older);
  expect((await revisionOf(newer))?.status).toBe('transcoding');
  expect((await revisionOf(older))?.status).toBe('superseded');

  const [first, second] = [
    await services.upload('order.mp4', 'not a movie'),
    await services.upload('order.mp4', movie),
  ];
  await transcodeUpload(services, first);
  await transcodeUpload(services, second);
  expect((await revisionOf(first))?.status).toBe('superseded');
  expect((await revisionOf(second))?.status).toBe('transcoding');
});

test('submits a job on the next attempt if submitting failed', async () => {
  const event = await services.upload('retry.mp4', movie);
  await expect(transcodeUpload({ ...services, queueArn: 'no-such-queue' }, event)).rejects.toThrow('queue');
  expect((await revisionOf(event))?.status).toBe('uploaded');
  await transcodeUpload(services, event);
  expect((await revisionOf(event))?.status).toBe('transcoding');
});

test('ends an upload at once when the encoder refuses its job as invalid', async () => {
  const event = await services.upload('refused.mp4', movie);
  await transcodeUpload({ ...services, roleArn: 'no role' }, event);
  const revision = await revisionOf(event);
  expect(revision).toMatchObject({ status: 'failed', code: 'encoder_refused' });
  expect(revision?.message).toContain('/role: Should be the ARN of a role');
  expect(services.sent.at(-1)).toEqual({ type: 'revision-ended', revisionId: revision?.id });
});

test('submits a job whose frame rate is none of the usual ones and has large terms', async () => {
  const jitter = ['-vf', "settb=1/1000000,setpts='N*33480+random(1)*300'", '-fps_mode', 'vfr', '-enc_time_base', '1/1000000'];
  const event = await services.upload('rate.mp4', await makeClip('-an', ...jitter, '-video_track_timescale', '1000000'));
  await transcodeUpload(services, event);
  const revision = await revisionOf(event);
  expect(revision?.status).toBe('transcoding');
  const { numerator = 0, denominator = 1 } = revision?.source?.video.frameRate ?? {};
  expect(numerator / denominator).toBeCloseTo(1e6 / 33_480, 1);
});

test('records a job from its first event after a crash between submitting and recording', async () => {
  const event = await services.upload('adopt.mp4', movie);
  await expect(transcodeUpload(dyingAfterSubmission(), event)).rejects.toThrow('killed');
  const revision = await revisionOf(event);
  expect(revision?.status).toBe('uploaded');
  const [job] = await jobsOf(revision?.id);
  await handleJobEvent(services, progressEventOf(job!));
  expect(await revisionOf(event)).toMatchObject({ status: 'transcoding', jobId: job?.Id });
  await transcodeUpload(services, event);
  expect(await jobsOf(revision?.id)).toHaveLength(1);
});

test('cancels the job of an attempt that the catalog does not claim', async () => {
  const event = await services.upload('stranger.mp4', movie);
  await transcodeUpload(services, event);
  const revision = await revisionOf(event);
  const [job] = await jobsOf(revision?.id);
  const stranger = progressEventOf(job!);
  stranger.detail.userMetadata.attemptId = 'f'.repeat(32);
  await handleJobEvent(services, stranger);
  expect((await jobsOf(revision?.id)).map(({ Status }) => Status)).toEqual(['CANCELED']);
  await handleJobEvent(services, stranger);
});

function box(type: string, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32BE(size, 0);
  bytes.write(type, 4, 'latin1');
  return bytes;
}

/** Returns a function that is killed after submitting its job: its later database statements never arrive. */
function dyingAfterSubmission() {
  let submitted = false;
  const mediaConvert: typeof services.mediaConvert = Object.create(services.mediaConvert);
  mediaConvert.send = async (command: never) => {
    const response: never = await services.mediaConvert.send(command);
    submitted = Object(command).constructor.name === 'CreateJobCommand';
    return response;
  };
  const database = new Proxy(services.database, {
    get: (target, name) => {
      if (submitted) throw new Error('killed');
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...services, mediaConvert, database };
}
