import { GetObjectCommand, GetObjectTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { findPlayable } from '../../catalog/queries/find-playable.ts';
import { findRenditions, findRevision, findSteps } from '../../catalog/queries/find-revision.ts';
import { findUpload } from '../../catalog/queries/register-upload.ts';
import { complete, type CompletionContext } from '../../lambdas/completion/complete.ts';
import type { JobStateChange } from '../../lambdas/contracts/job-state-change.ts';
import { encodePrefix, PUBLISHED_TAG } from '../../lambdas/contracts/output-layout.ts';
import { recordMetadata } from '../../lambdas/metadata/record-metadata.ts';
import { publish, unpublish } from '../../lambdas/permissions/publish.ts';
import { runStep, type StepWork } from '../../lambdas/runtime/run-step.ts';
import { makeThumbnails } from '../../lambdas/thumbnails/make-thumbnails.ts';
import { transcodeUpload } from '../../lambdas/transcode/transcode-upload.ts';
import { uploadedObject } from '../../lambdas/transcode/uploaded-object.ts';
import { clip } from '../support/clips.ts';
import { type ChainServices, startChainServices } from './chain-services.ts';

const DEAD_LETTERS = { transcode: 'arn:dlq:transcode', permissions: 'arn:dlq:permissions', metadata: 'arn:dlq:metadata' };
const INBOX = 'arn:queue:completion';

let services: ChainServices;
let completion: CompletionContext;
let movie: Buffer;
beforeAll(async () => {
  [services, movie] = await Promise.all([startChainServices(), clip()]);
  completion = {
    ...services,
    deadLetters: new Map([
      [DEAD_LETTERS.transcode, 'transcode'],
      [DEAD_LETTERS.permissions, 'permissions'],
      [DEAD_LETTERS.metadata, 'metadata'],
    ]),
  };
}, 60_000);
afterAll(() => services.close());

/** Uploaded and submitted; its job's end is told by the caller. */
async function encoding(key: string) {
  const event = await services.upload(key, movie);
  await transcodeUpload(services.transcode, event);
  const { revision, video } = (await findUpload(services.database, uploadedObject(event)))!;
  const attemptId = revision.attemptId!;
  const prefix = encodePrefix({ videoId: video.id, revision: revision.number, attemptId });
  const ended = (status: JobStateChange['detail']['status'], more = {}): string =>
    JSON.stringify({
      source: 'aws.mediaconvert',
      'detail-type': 'MediaConvert Job State Change',
      time: '2026-01-01T00:00:00Z',
      detail: {
        timestamp: 0,
        queue: 'q',
        jobId: revision.jobId,
        status,
        userMetadata: { videoId: video.id, revisionId: revision.id, revision: String(revision.number), attemptId },
        ...more,
      },
    } satisfies Record<keyof JobStateChange, unknown>);
  return { videoId: video.id, revisionId: revision.id, prefix, ended, event };
}

const MEDIA_PLAYLIST = '#EXTM3U\n#EXT-X-MAP:URI="index_180p.cmfv",BYTERANGE="50@0"\n#EXTINF:2.0,\n#EXT-X-BYTERANGE:1000@50\nindex_180p.cmfv\n#EXT-X-ENDLIST\n';
const OUTPUT: Readonly<Record<string, string>> = {
  'index.m3u8': '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=4000,CODECS="avc1.64000c",RESOLUTION=320x180,FRAME-RATE=25.000\nindex_180p.m3u8\n',
  'index.mpd': '<MPD/>',
  'index_180p.m3u8': MEDIA_PLAYLIST,
  'index_180p.cmfv': 'v'.repeat(1050),
  'index_thumbnails_00001.jpg': 'tiles',
  'frames/frame.0000000.jpg': 'black',
  'frames/frame.0000001.jpg': 'a picture with much to see',
  'frames/frame.0000002.jpg': 'faded',
};

async function putOutput(prefix: string, names = Object.keys(OUTPUT)): Promise<void> {
  for (const name of names) {
    await services.s3.send(new PutObjectCommand({ Bucket: services.outputBucket, Key: `${prefix}${name}`, Body: OUTPUT[name] }));
  }
}

const work = (): Record<'permissions' | 'thumbnails' | 'metadata', StepWork> => ({
  permissions: async ({ prefix }) => ({ objects: await publish(services.s3, services.outputBucket, prefix) }),
  thumbnails: (encode) => makeThumbnails(services.s3, services.outputBucket, encode),
  metadata: (encode) =>
    recordMetadata({ database: services.database, s3: services.s3, bucket: services.outputBucket }, encode),
});

const run = (step: 'permissions' | 'thumbnails' | 'metadata', body: string): Promise<void> =>
  runStep({ ...services, announce: services.transcode.announce }, step, body, work()[step]);

/** Gives completion what was sent to it, newest first and each message twice. */
async function deliver(): Promise<void> {
  const messages = services.sent.splice(0).toReversed();
  for (const message of [...messages, ...messages]) {
    await complete(completion, { body: JSON.stringify(message), eventSourceARN: INBOX });
  }
}

const text = async (key: string): Promise<string | undefined> =>
  (await services.s3.send(new GetObjectCommand({ Bucket: services.outputBucket, Key: key }))).Body?.transformToString();
const tagsOf = async (key: string) =>
  (await services.s3.send(new GetObjectTaggingCommand({ Bucket: services.outputBucket, Key: key }))).TagSet;
const statusOf = async (revisionId: string) => (await findRevision(services.database, revisionId))?.revision.status;
const eventsOf = (revisionId: string): unknown[] =>
  services.published.filter((event) => Object(event).revisionId === revisionId);

test('a complete job becomes a ready video, published, with poster, storyboard and its measured renditions', async () => {
  const { revisionId, videoId, prefix, ended } = await encoding('whole.mp4');
  await putOutput(prefix);
  for (const step of ['metadata', 'thumbnails', 'permissions', 'metadata'] as const) {
    expect(await statusOf(revisionId)).not.toBe('ready');
    await run(step, ended('COMPLETE'));
  }
  await deliver();
  expect(eventsOf(revisionId)).toEqual([
    expect.objectContaining({ type: 'video.ready', videoId, key: 'whole.mp4', revision: 1, durationMs: 2000 }),
  ]);
  expect(await findPlayable(services.database, videoId)).toMatchObject({ state: 'ready', durationMs: 2000 });

  expect(await text(`${prefix}poster.jpg`)).toBe(OUTPUT['frames/frame.0000001.jpg']);
  expect(await text(`${prefix}storyboard.vtt`)).toContain('index_thumbnails_00001.jpg#xywh=0,0,');
  const published = [{ Key: PUBLISHED_TAG.key, Value: PUBLISHED_TAG.value }];
  for (const name of [...Object.keys(OUTPUT), 'poster.jpg', 'storyboard.vtt', 'metadata.json']) {
    expect([name, await tagsOf(`${prefix}${name}`)]).toEqual([name, published]);
  }
  expect(await findRenditions(services.database, revisionId)).toMatchObject([
    { name: 'index_180p.cmfv', codecs: 'avc1.64000c', width: 320, sizeBytes: 1050, averageBps: 4000, peakBps: 4000 },
  ]);
  expect(JSON.parse((await text(`${prefix}metadata.json`)) ?? '')).toMatchObject({
    videoId,
    durationMs: 2000,
    source: { container: 'isobmff', sizeBytes: movie.length },
    renditions: [{ name: 'index_180p.cmfv' }],
  });

  await unpublish(services.s3, services.outputBucket, prefix);
  expect(await tagsOf(`${prefix}index.m3u8`)).toEqual([]);
});

test('a step fails as long as the output lacks something, and does it when it is there', async () => {
  const { prefix, ended, revisionId } = await encoding('lacking.mp4');
  await putOutput(prefix, ['index.mpd', 'frames/frame.0000000.jpg']);
  for (const step of ['permissions', 'thumbnails', 'metadata'] as const) {
    await expect(run(step, ended('COMPLETE'))).rejects.toMatchObject({ code: 'output_incomplete', retryable: true });
  }
  await putOutput(prefix);
  await run('permissions', ended('COMPLETE'));
  expect(await findSteps(services.database, revisionId)).toContainEqual(
    expect.objectContaining({ step: 'permissions', status: 'done', attempts: 2, detail: { objects: 8 } }),
  );
});

test.each([
  ['ERROR', { errorCode: 1076, errorMessage: 'Decoder error' }, 'rejected', 'damaged_file'],
  ['ERROR', { errorCode: 1999, errorMessage: 'Out of paper' }, 'failed', 'encoder_error'],
  ['CANCELED', {}, 'failed', 'encoder_canceled'],
] as const)('a job that ends in %s %j ends its revision as %s, once', async (status, more, end, code) => {
  const { revisionId, ended } = await encoding(`${code}.mp4`);
  for (let times = 0; times < 3; times += 1) {
    await complete(completion, { body: ended(status, more), eventSourceARN: INBOX });
  }
  await run('metadata', ended('COMPLETE'));
  expect((await findRevision(services.database, revisionId))?.revision).toMatchObject({ status: end, code });
  expect(eventsOf(revisionId)).toEqual([expect.objectContaining({ type: `video.${end}`, code })]);
});

test('what a step gave up on ends the revision with its code', async () => {
  const { revisionId, ended } = await encoding('given-up.mp4');
  await complete(completion, { body: ended('COMPLETE'), eventSourceARN: DEAD_LETTERS.permissions });
  expect(await findSteps(services.database, revisionId)).toMatchObject([{ step: 'permissions', status: 'failed' }]);
  expect(eventsOf(revisionId)).toEqual([expect.objectContaining({ type: 'video.failed', code: 'permissions_failed' })]);
});

test('an upload that nobody could register before is registered by its dead letter, and one under way is left alone', async () => {
  const unknown = await services.upload('never-seen.mp4', movie);
  await complete(completion, { body: JSON.stringify(unknown), eventSourceARN: DEAD_LETTERS.transcode });
  expect((await findUpload(services.database, uploadedObject(unknown)))?.revision).toMatchObject({
    status: 'failed',
    code: 'transcode_failed',
  });
  const { revisionId, event } = await encoding('under-way.mp4');
  await complete(completion, { body: JSON.stringify(event), eventSourceARN: DEAD_LETTERS.transcode });
  expect(await statusOf(revisionId)).toBe('transcoding');
});

test('a dead letter that makes no sense is dropped and not tried for days', async () => {
  for (const body of ['', 'not json', '{}', '[]']) {
    await complete(completion, { body, eventSourceARN: DEAD_LETTERS.metadata });
  }
  await expect(complete(completion, { body: '{}', eventSourceARN: INBOX })).rejects.toThrow('Invalid input');
});

test('a source that was replaced while it was encoded is superseded when its steps are done', async () => {
  const { revisionId, prefix, ended } = await encoding('replaced.mp4');
  await putOutput(prefix);
  await services.upload('replaced.mp4', movie);
  for (const step of ['permissions', 'thumbnails', 'metadata'] as const) await run(step, ended('COMPLETE'));
  await deliver();
  expect(await statusOf(revisionId)).toBe('superseded');
  expect(eventsOf(revisionId)).toEqual([expect.objectContaining({ type: 'video.superseded' })]);
});

test('an announcement that failed is made when the message comes again', async () => {
  const { revisionId, ended } = await encoding('silent.mp4');
  const message = { body: ended('CANCELED'), eventSourceARN: INBOX };
  await expect(complete({ ...completion, topicArn: `${services.topicArn}-missing` }, message)).rejects.toThrow('Topic');
  expect(eventsOf(revisionId)).toEqual([]);
  await complete(completion, message);
  expect(eventsOf(revisionId)).toHaveLength(1);
});
