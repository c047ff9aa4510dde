import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { Journal } from '../../../local/durable/journal.ts';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
afterEach(() => laptop.remove());

/** Reports each call to a queue through the API with its own credentials, then behaves as its messages request. */
const WORKER = `
  import { SQSClient, SendMessageCommand } from '${import.meta.dirname}/../../../node_modules/@aws-sdk/client-sqs/dist-cjs/index.js';
  const client = new SQSClient();
  export const handler = async (event) => {
    await client.send(new SendMessageCommand({ QueueUrl: process.env.REPORTS, MessageBody: JSON.stringify(event.Records) }));
    if (event.Records.some(({ body }) => body === 'throw')) throw new Error('thrown');
    if (event.Records.some(({ body }) => body === 'nonsense')) return { batchItemFailures: [{ itemIdentifier: 'nonsense' }] };
    return { batchItemFailures: event.Records.filter(({ body }) => body === 'fail').map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };`;

/** Time for a function, and until a failed message is received again: enough for a call on a busy machine. */
const SECONDS = 3;

interface Chain {
  readonly source: string;
  readonly sourceArn: string;
  readonly deadLetters: string;
  readonly reports: string;
}

async function chain(mapping: Record<string, unknown> = {}, queue: Record<string, unknown> = {}): Promise<Chain> {
  const reports = await laptop.provision('AWS::SQS::Queue', 'Reports');
  const deadLetters = await laptop.provision('AWS::SQS::Queue', 'DeadLetters');
  const source = await laptop.provision('AWS::SQS::Queue', 'Source', {
    VisibilityTimeout: SECONDS,
    RedrivePolicy: { deadLetterTargetArn: deadLetters.attributes?.['Arn'], maxReceiveCount: 2 },
    ...queue,
  });
  const arn = await laptop.provisionFunction('Worker', WORKER, {
    Timeout: SECONDS,
    Environment: { Variables: { REPORTS: reports.ref } },
  });
  await laptop.provision('AWS::Lambda::EventSourceMapping', 'Mapping', {
    FunctionName: arn,
    EventSourceArn: source.attributes?.['Arn'],
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...mapping,
  });
  return {
    source: source.ref,
    sourceArn: String(source.attributes?.['Arn']),
    deadLetters: deadLetters.ref,
    reports: reports.ref,
  };
}

function send(QueueUrl: string, ...bodies: string[]): Promise<unknown> {
  return laptop.sqsClient.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: bodies.map((MessageBody, index) => ({ Id: `${index}`, MessageBody })),
    }),
  );
}

async function next(QueueUrl: string): Promise<string> {
  const { Messages: [message] = [] } = await laptop.sqsClient.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, VisibilityTimeout: 600 }),
  );
  return message?.Body ?? '';
}

const recordsSchema = z.array(z.looseObject({ body: z.string(), attributes: z.record(z.string(), z.string()) }));

async function report(reports: string): Promise<z.infer<typeof recordsSchema>> {
  return recordsSchema.parse(JSON.parse(await next(reports)));
}

async function left(QueueUrl: string): Promise<readonly (string | undefined)[]> {
  const { Attributes: counts } = await laptop.sqsClient.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  return [counts?.['ApproximateNumberOfMessages'], counts?.['ApproximateNumberOfMessagesNotVisible']];
}

/** Waits until a queue has no messages. */
async function untilEmpty(QueueUrl: string): Promise<void> {
  while ((await left(QueueUrl)).some((count) => count !== '0')) await new Promise((done) => setTimeout(done, 10));
}

test("passes messages to the function in AWS's form, and deletes them", async () => {
  laptop = await startLaptop();
  const { source, sourceArn, reports } = await chain();
  laptop.lambda.start();
  const { MessageId: id } = await laptop.sqsClient.send(
    new SendMessageCommand({
      QueueUrl: source,
      MessageBody: 'hello',
      MessageAttributes: { step: { DataType: 'String', StringValue: 'metadata' } },
    }),
  );
  expect(await report(reports)).toMatchObject([
    {
      messageId: id,
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: { step: { dataType: 'String', stringValue: 'metadata' } },
      eventSource: 'aws:sqs',
      eventSourceARN: sourceArn,
      awsRegion: 'us-east-1',
    },
  ]);
  await untilEmpty(source);
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  expect(await left((await chain()).source)).toEqual(['0', '0']);
});

test('retries only the messages that the function names, and dead-letters them', async () => {
  laptop = await startLaptop();
  const { source, reports, deadLetters } = await chain();
  await send(source, 'fine', 'fail', 'well');
  laptop.lambda.start();
  expect((await report(reports)).map(({ body }) => body).toSorted()).toEqual(['fail', 'fine', 'well']);
  expect(await report(reports)).toMatchObject([{ body: 'fail', attributes: { ApproximateReceiveCount: '2' } }]);
  expect(await next(deadLetters)).toBe('fail');
  expect(await left(source)).toEqual(['0', '0']);
});

test.each([
  ['throws', 'throw'],
  ['returns an id from outside the batch', 'nonsense'],
])('retries the whole batch when the function %s', async (_name, culprit) => {
  laptop = await startLaptop();
  const { source, reports } = await chain({ MaximumBatchingWindowInSeconds: 1 });
  await send(source, 'fine', culprit);
  laptop.lambda.start();
  for (const count of ['1', '2']) {
    const batch = await report(reports);
    expect(batch.map(({ body }) => body).toSorted()).toEqual(['fine', culprit]);
    expect(batch.map(({ attributes }) => attributes['ApproximateReceiveCount'])).toEqual([count, count]);
  }
});

test('ignores named failures without ReportBatchItemFailures', async () => {
  laptop = await startLaptop();
  const { source, reports } = await chain({ FunctionResponseTypes: [] });
  laptop.lambda.start();
  await send(source, 'fail');
  await report(reports);
  await untilEmpty(source);
  expect(await left(reports)).toEqual(['0', '1']);
});

test("keeps batches within the template's batch size", async () => {
  laptop = await startLaptop();
  const { source, reports } = await chain({ BatchSize: 2 });
  await send(source, 'a', 'b', 'c', 'd', 'e');
  laptop.lambda.start();
  const sizes: number[] = [];
  while (sizes.reduce((sum, size) => sum + size, 0) < 5) sizes.push((await report(reports)).length);
  expect(Math.max(...sizes)).toBe(2);
});

test('receives a processed message again whose deletion a full disk prevented', async () => {
  laptop = await startLaptop();
  const { source, reports } = await chain();
  const original: Journal<unknown>['delete'] = Reflect.get(Journal.prototype, 'delete');
  let failures = 0;
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const deletion = jest.spyOn(Journal.prototype, 'delete').mockImplementation(function (this: Journal<unknown>, id) {
    const isOfSource = JSON.stringify(this.entries.get(id)).includes('"body":"full"');
    return isOfSource && (failures += 1) === 1 ? Promise.reject(full) : original.call(this, id);
  });
  laptop.lambda.start();
  await send(source, 'full');
  expect((await report(reports)).map(({ body }) => body)).toEqual(['full']);
  expect((await report(reports)).map(({ body }) => body)).toEqual(['full']);
  deletion.mockRestore();
});

test('deletes messages that match no filter', async () => {
  laptop = await startLaptop();
  const { source, reports } = await chain({
    FilterCriteria: { Filters: [{ Pattern: '{"body":{"status":["COMPLETE"]}}' }] },
  });
  await send(source, '{"status":"PROGRESSING"}', 'no json', '{"status":"COMPLETE"}');
  laptop.lambda.start();
  expect(await report(reports)).toMatchObject([{ body: '{"status":"COMPLETE"}' }]);
});

test.each([
  ['kills', 'await new Promise((done) => setTimeout(done, 1e6));', () => laptop.stop()],
  [
    'makes fail before it closes functions',
    `while (!(await import('node:fs')).existsSync('fail')) await new Promise((done) => setTimeout(done, 5));
    throw new Error('another service has closed');`,
    async (source: string) => {
      laptop.lambda.prepareToClose();
      await writeFile(join(laptop.dir, 'assets', 'Worker', 'fail'), '');
      while ((await left(source))[0] !== '1') await new Promise((done) => setTimeout(done, 5));
      await laptop.stop();
    },
  ],
])('retries at once a message whose function a shutdown %s, without counting the receive', async (_what, code, shutDown) => {
  laptop = await startLaptop({ closeGraceMs: 1 });
  const provision = async (worker: string): Promise<string> => {
    const source = await laptop.provision('AWS::SQS::Queue', 'Source', { VisibilityTimeout: 600 });
    const reports = await laptop.provision('AWS::SQS::Queue', 'Reports');
    const arn = await laptop.provisionFunction(
      'Worker',
      WORKER.replace('if (event.Records', `${worker}\nif (event.Records`),
      {
        Timeout: 60,
        Environment: { Variables: { REPORTS: reports.ref } },
      },
    );
    await laptop.provision('AWS::Lambda::EventSourceMapping', 'Mapping', {
      FunctionName: arn,
      EventSourceArn: source.attributes?.['Arn'],
    });
    laptop.lambda.start();
    return source.ref;
  };
  const source = await provision(code);
  await send(source, 'precious');
  const reports = `${laptop.endpoint}/000000000000/test-reports`;
  expect(await report(reports)).toMatchObject([{ body: 'precious' }]);
  await shutDown(source);
  laptop = await startLaptop({}, laptop.dir);
  await provision('');
  expect(await report(`${laptop.endpoint}/000000000000/test-reports`)).toMatchObject([
    { body: 'precious', attributes: { ApproximateReceiveCount: '1' } },
  ]);
});

test("rejects a visibility timeout below the function's timeout, as AWS does", async () => {
  laptop = await startLaptop();
  const source = await laptop.provision('AWS::SQS::Queue', 'Source', { VisibilityTimeout: 30 });
  const arn = await laptop.provisionFunction('Worker', WORKER, { Timeout: 31 });
  const mapping = { FunctionName: arn, EventSourceArn: source.attributes?.['Arn'] };
  await expect(laptop.provision('AWS::Lambda::EventSourceMapping', 'Mapping', mapping)).rejects.toThrow(
    'Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds',
  );
});
