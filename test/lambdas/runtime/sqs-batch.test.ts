import { Logger } from '@aws-lambda-powertools/logger';
import { TooManyRequestsException } from '@aws-sdk/client-mediaconvert';
import { DatabaseResumingException } from '@aws-sdk/client-rds-data';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { messagePostponer, retryPauseSeconds } from '../../../lambdas/runtime/postpone-message.ts';
import { handleBatch } from '../../../lambdas/runtime/sqs-batch.ts';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop.remove());

const logger = new Logger({ logLevel: 'SILENT' });

/** Creates a queue whose visibility timeout is that of the template. */
async function createQueue(logicalId: string): Promise<{ readonly url: string; readonly arn: string }> {
  const { ref, attributes } = await laptop.provision('AWS::SQS::Queue', logicalId, { VisibilityTimeout: 360 });
  return { url: ref, arn: String(attributes?.['Arn']) };
}

/** Receives a message as Lambda's poller passes it to the function. */
async function receive({ url, arn }: { readonly url: string; readonly arn: string }): Promise<SQSRecord> {
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ['All'],
  });
  const { Messages: [message] = [] } = await laptop.sqsClient.send(command);
  return {
    messageId: message?.MessageId,
    receiptHandle: message?.ReceiptHandle,
    body: message?.Body,
    attributes: { ...message?.Attributes },
    eventSourceARN: arn,
  } as SQSRecord;
}

function failWith(record: SQSRecord, reason: unknown, postpone = messagePostponer(laptop.sqsClient, () => 0)): Promise<SQSBatchResponse> {
  return handleBatch({ Records: [record] }, { logger, postpone, reportFailure: () => undefined }, () => Promise.reject(reason));
}

const metadata = { $metadata: { httpStatusCode: 503 }, $fault: 'server' } as const;
const resuming = new DatabaseResumingException({ message: 'resuming', $metadata: {} });

test.each([
  ['AWS throttled a request', new TooManyRequestsException({ message: 'Too many', $metadata: { httpStatusCode: 429 } })],
  ['S3 asked to slow down', new S3ServiceException({ name: 'SlowDown', message: 'Reduce your rate', ...metadata })],
  ['the database is resuming', new DrizzleQueryError('select 1', [], resuming)],
])('delivers a message again within seconds if %s', async (name, reason) => {
  const queue = await createQueue(`Passing${name.length}`);
  await laptop.sqsClient.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'work' }));
  const record = await receive(queue);
  expect(await failWith(record, reason)).toEqual({ batchItemFailures: [{ itemIdentifier: record.messageId }] });
  expect(await receive(queue)).toMatchObject({ messageId: record.messageId, attributes: { ApproximateReceiveCount: '2' } });
});

test('leaves a message with any other error to its visibility timeout', async () => {
  const queue = await createQueue('Lasting');
  await laptop.sqsClient.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'work' }));
  const record = await receive(queue);
  const postponed: string[] = [];
  const postpone = async ({ messageId }: SQSRecord): Promise<number> => postponed.push(messageId);
  await failWith(record, new Error('a defect'), postpone);
  expect(postponed).toEqual([]);
});

test('reports a message as failed even if it cannot be postponed', async () => {
  const record = { messageId: 'id', attributes: { ApproximateReceiveCount: '1' } } as SQSRecord;
  const response = await failWith(record, resuming, () => Promise.reject(new Error('denied')));
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'id' }] });
});

test('reports each failed delivery with the time since the first one, and no other', async () => {
  const records = ['good', 'bad'].map((messageId) => ({
    messageId,
    attributes: { ApproximateReceiveCount: '3', ApproximateFirstReceiveTimestamp: String(Date.now() - 700_000) },
  })) as SQSRecord[];
  const failing: { readonly id: string; readonly minutes: number }[] = [];
  const context = {
    logger,
    postpone: () => Promise.reject(new Error('not to be postponed')),
    reportFailure: ({ messageId: id }: SQSRecord, failingMs: number) => void failing.push({ id, minutes: Math.floor(failingMs / 60_000) }),
  };
  await handleBatch({ Records: records }, context, ({ messageId }) => (messageId === 'bad' ? Promise.reject(new Error('a defect')) : Promise.resolve()));
  expect(failing).toEqual([{ id: 'bad', minutes: 11 }]);
});

test('pauses grow with each receive up to five minutes, and half of each is random', () => {
  const least = Array.from({ length: 12 }, (_, index) => retryPauseSeconds(index + 1, () => 0));
  const most = Array.from({ length: 12 }, (_, index) => retryPauseSeconds(index + 1, () => 1));
  expect(least).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 150, 150, 150, 150]);
  expect(most).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300]);
});
