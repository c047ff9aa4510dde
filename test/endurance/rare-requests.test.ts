import { DeleteObjectCommand, ListBucketsCommand, ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { GetJobCommand, MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '../../local/cli/running.ts';
import { createApiToken } from '../../local/cli/token.ts';
import type { Upload } from '../../lambdas/contracts/api/upload.ts';
import { makeClip } from '../support/clips.ts';
import { type LaptopCloudHandle, removeState, spawnLaptopCloud } from '../support/laptop-cloud.ts';
import { type CloudClients, connectTo } from '../support/shared-cloud.ts';
import { putSource, readUploadState, type UploadState, waitForEnd } from '../support/uploads.ts';

let handle: LaptopCloudHandle;
let cloud: CloudClients;
let mediaConvert: MediaConvertClient;
let token: string;
let clip: Buffer;
/** Movie that is still being processed when a test changes something. */
let longMovie: Buffer;

beforeAll(async () => {
  handle = await spawnLaptopCloud({ env: { CDK_CONTEXT_JSON: JSON.stringify({ 'delivery.supersededGraceMinutes': '1' }) } });
  cloud = connectTo(handle.stateDirectory);
  mediaConvert = new MediaConvertClient(clientConfig(cloud.running));
  token = await createApiToken(handle.stateDirectory, cloud.running, 'admin', 'admin');
  clip = await makeClip();
  longMovie = await makeClip('-vf', 'loop=loop=1500:size=50', '-t', '60');
});

afterAll(async () => {
  mediaConvert.destroy();
  await handle.stop();
  await removeState(handle.stateDirectory);
});

async function call(method: string, path: string, body?: object): Promise<Response> {
  return fetch(new URL(path, cloud.running.outputs['PagesUrl']), {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function createUpload(fileName: string, sizeBytes: number): Promise<Upload> {
  const response = await call('POST', '/api/uploads', { fileName, sizeBytes });
  expect(response.status).toBe(201);
  return (await response.json()) as Upload;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Waits until an upload is registered, long before its job has ended. */
async function waitForRegistration(key: string, versionId: string): Promise<UploadState> {
  for (;;) {
    const state = await readUploadState(cloud, key, versionId);
    if (state !== undefined) return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Returns whether the encoder has decoded a part of a job's source. */
async function isBeingRead(jobId: string | null | undefined): Promise<boolean> {
  if (jobId == null) return false;
  const { Job } = await mediaConvert.send(new GetJobCommand({ Id: jobId }));
  return (Job?.JobPercentComplete ?? 0) > 0;
}

async function countObjects(bucket: string, prefix: string): Promise<number> {
  const { KeyCount = 0 } = await cloud.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return KeyCount;
}

test('an event of an object that is gone ends as source_missing', async () => {
  const sqs = new SQSClient(clientConfig(cloud.running));
  const { QueueUrls: urls = [] } = await sqs.send(new ListQueuesCommand({}));
  const object = { key: 'gone.mp4', size: 1, etag: 'e', 'version-id': 'gone', sequencer: '01' };
  const detail = { bucket: { name: cloud.sourceBucket }, object };
  const event = { source: 'aws.s3', 'detail-type': 'Object Created', time: '2026-01-01T00:00:00Z', detail };
  await sqs.send(new SendMessageCommand({ QueueUrl: urls.find((url) => /uploadsqueue/.test(url)), MessageBody: JSON.stringify(event) }));
  sqs.destroy();
  expect(await waitForEnd(cloud, 'gone.mp4', 'gone')).toMatchObject({ code: 'source_missing' });
});

test('an upload without its file cannot be completed, and can be canceled', async () => {
  const whole = await createUpload('whole.mp4', 1000);
  expect((await call('POST', `/api/uploads/${whole.id}/complete`)).status).toBe(409);
  const parts = await createUpload('parts.mp4', 200 * 1024 ** 2);
  expect(parts.method).toBe('multipart');
  expect((await call('DELETE', `/api/uploads/${parts.id}`)).status).toBe(204);
});

test('a file that arrives after the deletion of its video is removed', async () => {
  const upload = await createUpload('late.mp4', clip.length);
  if (upload.method !== 'single') throw new Error('The clip is too large for one request.');
  const { url, headers } = upload.request;
  expect((await call('DELETE', `/api/videos/${upload.videoId}`)).status).toBe(204);
  expect((await fetch(url, { method: 'PUT', headers, body: new Uint8Array(clip) })).status).toBe(200);
  const Prefix = decodeURIComponent(new URL(url).pathname).replace(/^\/[^/]+\//, '');
  await until(async () => {
    const { Versions = [] } = await cloud.s3.send(new ListObjectVersionsCommand({ Bucket: cloud.sourceBucket, Prefix }));
    return Versions.length === 0;
  });
});

test('a video is deleted while its upload is being processed', async () => {
  const { videoId } = await waitForRegistration('deleted.mp4', await putSource(cloud, 'deleted.mp4', longMovie));
  expect((await call('DELETE', `/api/videos/${videoId}`)).status).toBe(204);
  await until(async () => (await call('GET', `/api/videos/${videoId}`)).status === 404);
  await until(async () => (await countObjects(cloud.outputBucket, `v/${videoId}/1/`)) === 0);
});

test('a revision whose source is deleted while the encoder reads it becomes ready', async () => {
  const versionId = await putSource(cloud, 'hidden.mp4', longMovie);
  await until(async () => isBeingRead((await readUploadState(cloud, 'hidden.mp4', versionId))?.jobId));
  await cloud.s3.send(new DeleteObjectCommand({ Bucket: cloud.sourceBucket, Key: 'hidden.mp4' }));
  expect(await waitForEnd(cloud, 'hidden.mp4', versionId)).toMatchObject({ status: 'ready', code: null });
});

test('a superseded revision is deleted after its grace', async () => {
  const first = await waitForEnd(cloud, 'twice.mp4', await putSource(cloud, 'twice.mp4', clip));
  expect(first).toMatchObject({ status: 'ready', revision: 1 });
  const second = await waitForEnd(cloud, 'twice.mp4', await putSource(cloud, 'twice.mp4', clip));
  expect(second).toMatchObject({ status: 'ready', revision: 2 });
  await until(async () => (await countObjects(cloud.outputBucket, `v/${first.videoId}/1/`)) === 0);
  expect(await countObjects(cloud.outputBucket, `v/${first.videoId}/2/`)).toBeGreaterThan(0);
});

test('an operator reads the bucket of the access logs', async () => {
  const { Buckets: buckets = [] } = await cloud.s3.send(new ListBucketsCommand({}));
  const name = buckets.map(({ Name }) => Name ?? '').find((one) => one.includes('accesslogs')) ?? '';
  expect(await countObjects(name, '')).toBe(0);
});
