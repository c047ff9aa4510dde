import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Logger } from '@aws-lambda-powertools/logger';
import { recordOf } from '../../../lambdas/contracts/record-of.ts';
import { REDRIVE_QUEUES, type RedriveQueue, redriveRequestSchema } from '../../../lambdas/contracts/redrive.ts';
import type { UploadRetry } from '../../../lambdas/contracts/upload-message.ts';
import type { QueuePair } from '../../../lambdas/redrive/move-dead-letters.ts';
import { redrive, type RedriveContext } from '../../../lambdas/redrive/redrive.ts';
import { sqsService } from '../../../local/sqs/service.ts';
import type { Sqs } from '../../../local/sqs/sqs.ts';
import { type LocalCatalog, useLocalCatalog } from '../../support/catalog/local-catalog.ts';
import { endedVideo, readyVideo } from '../../support/catalog/test-videos.ts';
import { serveServices, type ServedServices } from '../../support/local/serve-services.ts';

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started));

let served: ServedServices;
let client: SQSClient;
let queues: Record<RedriveQueue, QueuePair>;
const retries: UploadRetry[] = [];
const refreshed: string[] = [];

beforeAll(async () => {
  served = await serveServices([sqsService]);
  client = new SQSClient(served.client);
  const sqs = served.instanceOf(sqsService);
  const open = async (name: string, deadLetters?: string) => {
    const redriven = deadLetters === undefined ? {} : { redrive: { deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${deadLetters}`, maxReceiveCount: 1 } };
    return sqs.urlOf(await sqs.open({ name, ...redriven }));
  };
  const [chain, removal, withdrawal] = [await open('chain-dead'), await open('removal-dead'), await open('withdrawal-dead')];
  const deadLettersOf = (queue: RedriveQueue) => (queue === 'removal' ? removal : queue === 'withdrawal' ? withdrawal : chain);
  const urls = new Map<RedriveQueue, string>();
  for (const queue of REDRIVE_QUEUES) {
    const dead = queue === 'removal' || queue === 'withdrawal' ? `${queue}-dead` : 'chain-dead';
    urls.set(queue, await open(`test-${queue}`, dead));
  }
  queues = recordOf(REDRIVE_QUEUES, (queue) => ({ url: urls.get(queue)!, deadLettersUrl: deadLettersOf(queue) }));
});
afterAll(async () => {
  client.destroy();
  await served.remove();
});
beforeEach(async () => {
  retries.length = 0;
  refreshed.length = 0;
  const sqs: Sqs = served.instanceOf(sqsService);
  for (const queue of sqs.list()) await queue.purge();
});

function contextWith(sqs: SQSClient): RedriveContext {
  return {
    database: catalog.database,
    sqs,
    queues,
    sendRetry: async (retry) => void retries.push(retry),
    refreshVisitorsView: async (videoId) => void refreshed.push(videoId),
    logger: new Logger({ logLevel: 'SILENT' }),
  };
}

function request(input: object) {
  return redrive(contextWith(client), input);
}

/** Sends a message to a queue and lets it become a dead letter. */
async function bury(queue: RedriveQueue, body: object): Promise<void> {
  const QueueUrl = queues[queue].url;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
  await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
  await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
  const dead = served.instanceOf(sqsService).getByUrl(queues[queue].deadLettersUrl);
  while (dead.countMessages().visible === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
}

async function bodiesIn(queue: RedriveQueue): Promise<unknown[]> {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: queues[queue].url, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }));
  return Messages.map(({ Body = '' }) => JSON.parse(Body));
}

test('retries one video by its id or key, as the API does, and only once', async () => {
  const { videoId, key, revisionId } = await endedVideo(catalog.database, 'encoder_timeout', { visibility: 'public' });
  expect(await request({ type: 'video', video: key, dryRun: true })).toEqual({
    type: 'videos',
    videos: [{ videoId, key, code: 'encoder_timeout', outcome: 'would_retry' }],
  });
  expect([retries, refreshed]).toEqual([[], []]);
  expect(await request({ type: 'video', video: key })).toMatchObject({ videos: [{ outcome: 'retried' }] });
  expect(await request({ type: 'video', video: videoId })).toMatchObject({ videos: [{ outcome: 'not_failed' }] });
  expect(retries).toMatchObject([{ type: 'upload-retry', revisionId }]);
  expect(refreshed).toEqual([videoId]);
});

test('refuses an unknown video and leaves one alone that has not failed', async () => {
  expect(await request({ type: 'video', video: 'nothing.mp4' })).toEqual({ type: 'refusal', message: 'No video has the id or key nothing.mp4.' });
  const { videoId } = await readyVideo(catalog.database);
  expect(await request({ type: 'video', video: videoId })).toMatchObject({ videos: [{ outcome: 'not_failed', code: null }] });
  expect(retries).toEqual([]);
});

test('refuses the code of a rejected file', async () => {
  expect(redriveRequestSchema.safeParse({ type: 'failed', code: 'not_a_video' }).success).toBe(false);
  expect(await request({ type: 'failed', code: 'not_a_video' })).toMatchObject({ type: 'refusal' });
});

test('retries all videos that failed with a code, page by page', async () => {
  const made = [];
  for (let count = 0; count < 51; count += 1) made.push(await endedVideo(catalog.database, 'thumbnails_failed'));
  const other = await endedVideo(catalog.database, 'metadata_failed');
  const dry = await request({ type: 'failed', code: 'thumbnails_failed', dryRun: true });
  expect(dry).toMatchObject({ type: 'videos', next: made[49]?.videoId });
  const first = await request({ type: 'failed', code: 'thumbnails_failed' });
  const second = await request({ type: 'failed', code: 'thumbnails_failed', after: Object(first).next });
  expect(second).toMatchObject({ videos: [{ videoId: made[50]?.videoId, outcome: 'retried' }] });
  expect(retries).toHaveLength(51);
  expect(await request({ type: 'failed', code: 'thumbnails_failed' })).toEqual({ type: 'videos', videos: [] });
  expect(await request({ type: 'video', video: other.videoId, dryRun: true })).toMatchObject({ videos: [{ outcome: 'would_retry' }] });
});

test('moves the dead letters of one queue back and leaves those of others that share the dead-letter queue', async () => {
  await bury('thumbnails', { 'detail-type': 'MediaConvert Job State Change', number: 1 });
  await bury('metadata', { 'detail-type': 'MediaConvert Job State Change', number: 2 });
  const dry = await request({ type: 'queue', queue: 'thumbnails', dryRun: true });
  expect(dry).toMatchObject({ letters: [{ about: 'MediaConvert Job State Change' }], others: 1, inFlight: 0, hasMore: false });
  expect(await bodiesIn('thumbnails')).toEqual([]);
  expect(await request({ type: 'queue', queue: 'thumbnails' })).toMatchObject({ letters: [{}], others: 1 });
  expect(await bodiesIn('thumbnails')).toMatchObject([{ number: 1 }]);
  expect(await request({ type: 'queue', queue: 'thumbnails' })).toMatchObject({ letters: [], others: 1 });
  expect(await request({ type: 'queue', queue: 'metadata' })).toMatchObject({ letters: [{}], others: 0 });
});

test('moves an upload that EventBridge could not deliver, which names no queue, to transcode', async () => {
  const event = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    time: '2026-01-01T00:00:00Z',
    detail: { bucket: { name: 'source' }, object: { key: 'a.mp4', size: 1, etag: 'e', sequencer: '1' } },
  };
  await client.send(new SendMessageCommand({ QueueUrl: queues.transcode.deadLettersUrl, MessageBody: JSON.stringify(event) }));
  expect(await request({ type: 'queue', queue: 'completion', dryRun: true })).toMatchObject({ letters: [], others: 1 });
  expect(await request({ type: 'queue', queue: 'transcode' })).toMatchObject({ letters: [{ about: 'Object Created' }] });
  expect(await bodiesIn('transcode')).toEqual([event]);
});

test('says how many dead letters a function holds', async () => {
  await bury('removal', { videoId: 'v' });
  await client.send(new ReceiveMessageCommand({ QueueUrl: queues.removal.deadLettersUrl, VisibilityTimeout: 300 }));
  expect(await request({ type: 'queue', queue: 'removal' })).toMatchObject({ letters: [], inFlight: 1 });
});

test('leaves a dead letter in its queue if the machine stops before it was deleted', async () => {
  await bury('withdrawal', { type: 'grace-ended' });
  const stopping = new SQSClient(served.client);
  stopping.middlewareStack.add(
    (next, { commandName }) => async (args) => {
      if (commandName === 'DeleteMessageCommand') throw new Error('killed');
      return next(args);
    },
    { step: 'initialize' },
  );
  await expect(redrive(contextWith(stopping), { type: 'queue', queue: 'withdrawal' })).rejects.toThrow('killed');
  stopping.destroy();
  expect(await bodiesIn('withdrawal')).toEqual([{ type: 'grace-ended' }]);
  expect(served.instanceOf(sqsService).getByUrl(queues.withdrawal.deadLettersUrl).countMessages().inFlight).toBe(1);
});
