import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { Journal } from '../../../local/durable/journal.ts';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeEach(async () => {
  laptop = await startLaptop();
});
afterEach(() => laptop.remove());

async function queue(logicalId = 'Queue', properties: Record<string, unknown> = {}): Promise<string> {
  return (await laptop.provision('AWS::SQS::Queue', logicalId, properties)).ref;
}

function send(QueueUrl: string, MessageBody: string, DelaySeconds?: number): Promise<unknown> {
  return laptop.sqsClient.send(
    new SendMessageCommand({ QueueUrl, MessageBody, ...(DelaySeconds !== undefined && { DelaySeconds }) }),
  );
}

async function receive(QueueUrl: string, more: object = {}): Promise<Message[]> {
  const { Messages = [] } = await laptop.sqsClient.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'], ...more }),
  );
  return Messages;
}

test("keeps a message's body and attributes until it is deleted", async () => {
  const url = await queue();
  const { MessageId: id } = await laptop.sqsClient.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: '안녕 <&> 🎬',
      MessageAttributes: {
        title: { DataType: 'String', StringValue: '한글' },
        size: { DataType: 'Number', StringValue: '12' },
        raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
      },
    }),
  );
  const [message] = await receive(url, { MessageAttributeNames: ['All'] });
  expect(message).toMatchObject({
    MessageId: id,
    Body: '안녕 <&> 🎬',
    MessageAttributes: {
      title: { DataType: 'String', StringValue: '한글' },
      size: { DataType: 'Number', StringValue: '12' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255]) },
    },
    Attributes: { ApproximateReceiveCount: '1' },
  });
  await laptop.sqsClient.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
  const { Attributes: counts } = await laptop.sqsClient.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  expect(counts).toMatchObject({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });
});

test('hides a received message until its visibility timeout, and counts receives', async () => {
  const url = await queue('Queue', { VisibilityTimeout: 1 });
  await send(url, 'again');
  expect(await receive(url)).toHaveLength(1);
  expect(await receive(url)).toEqual([]);
  const [again] = await receive(url, { WaitTimeSeconds: 10 });
  expect(again).toMatchObject({ Body: 'again', Attributes: { ApproximateReceiveCount: '2' } });
});

test('ignores a handle that a later receive replaced', async () => {
  const url = await queue();
  await send(url, 'kept');
  const [first] = await receive(url, { VisibilityTimeout: 0 });
  const [second] = await receive(url);
  await laptop.sqsClient.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
  await expect(
    laptop.sqsClient.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 }),
    ),
  ).rejects.toMatchObject({ name: 'MessageNotInflight' });
  await laptop.sqsClient.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 }),
  );
  expect(await receive(url)).toHaveLength(1);
});

test('ends a long poll as soon as a message arrives', async () => {
  const url = await queue();
  const waiting = receive(url, { WaitTimeSeconds: 20 });
  await send(url, 'now');
  expect(await waiting).toMatchObject([{ Body: 'now' }]);
});

test('receives no message for a long poll whose client disconnected', async () => {
  const url = await queue();
  const gone = new AbortController();
  const waiting = laptop.sqsClient.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
    abortSignal: gone.signal,
  });
  // The server has the request once it has responded to a later one of the same client.
  await laptop.sqsClient.send(new ListQueuesCommand({}));
  gone.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await laptop.sqsClient.send(new ListQueuesCommand({}));
  await send(url, 'for the next');
  expect(await receive(url)).toMatchObject([{ Body: 'for the next' }]);
});

test('delivers a delayed message after its delay', async () => {
  const url = await queue();
  await send(url, 'later', 1);
  expect(await receive(url)).toEqual([]);
  expect(await receive(url, { WaitTimeSeconds: 10 })).toMatchObject([{ Body: 'later' }]);
});

test('moves a message with too many receives to the dead-letter queue, with its source', async () => {
  const deadLetters = await laptop.provision('AWS::SQS::Queue', 'DeadLetters');
  const source = await laptop.provision('AWS::SQS::Queue', 'Queue', {
    RedrivePolicy: { deadLetterTargetArn: deadLetters.attributes?.['Arn'], maxReceiveCount: 2 },
  });
  await send(source.ref, 'poison');
  const tries = [
    await receive(source.ref, { VisibilityTimeout: 0 }),
    await receive(source.ref, { VisibilityTimeout: 0 }),
  ];
  expect(tries.map((messages) => messages.length)).toEqual([1, 1]);
  expect(await receive(source.ref)).toEqual([]);
  const [dead] = await receive(deadLetters.ref, { WaitTimeSeconds: 10 });
  expect(dead).toMatchObject({
    MessageId: tries[0]?.[0]?.MessageId,
    Body: 'poison',
    Attributes: { DeadLetterQueueSourceArn: source.attributes?.['Arn'], ApproximateReceiveCount: '1' },
  });
});

test('sends the valid entries of a batch despite an invalid one', async () => {
  const url = await queue('Queue', { MaximumMessageSize: 1024 });
  const { Successful: sent, Failed: failed } = await laptop.sqsClient.send(
    new SendMessageBatchCommand({
      QueueUrl: url,
      Entries: [
        { Id: 'a', MessageBody: 'fits' },
        { Id: 'b', MessageBody: 'x'.repeat(1025) },
      ],
    }),
  );
  expect(sent?.map(({ Id }) => Id)).toEqual(['a']);
  expect(failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameterValueException', SenderFault: true }]);
  const [message] = await receive(url);
  const { Successful: deleted } = await laptop.sqsClient.send(
    new DeleteMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', ReceiptHandle: message?.ReceiptHandle }] }),
  );
  expect(deleted).toEqual([{ Id: 'a' }]);
});

test.each([
  ['EmptyBatchRequest', []],
  [
    'BatchEntryIdsNotDistinct',
    [
      { Id: 'a', MessageBody: '1' },
      { Id: 'a', MessageBody: '2' },
    ],
  ],
  ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: '1' }]],
  ['TooManyEntriesInBatchRequest', Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' }))],
])('rejects a batch as %s', async (name, Entries) => {
  const url = await queue();
  await expect(laptop.sqsClient.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))).rejects.toMatchObject({
    name,
  });
});

test('sends errors under the names of both protocols', async () => {
  const url = await queue();
  await expect(receive(`${laptop.endpoint}/000000000000/other`)).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue' },
  });
  await expect(
    laptop.sqsClient.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: 'nonsense' })),
  ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
});

test('finds queues by name and purges them', async () => {
  const url = await queue('Queue', { QueueName: 'uploads' });
  expect(url).toBe(`${laptop.endpoint}/000000000000/uploads`);
  expect((await laptop.sqsClient.send(new GetQueueUrlCommand({ QueueName: 'uploads' }))).QueueUrl).toBe(url);
  await send(url, 'one');
  await laptop.sqsClient.send(new PurgeQueueCommand({ QueueUrl: url }));
  expect(await receive(url)).toEqual([]);
});

test('keeps messages, receives and delays across a restart', async () => {
  const url = await queue();
  await send(url, 'in flight');
  const [held] = await receive(url, { VisibilityTimeout: 600 });
  await send(url, 'waiting');
  await send(url, 'delayed', 600);
  await send(url, 'deleted');
  const [, deleted] = await receive(url, { VisibilityTimeout: 0 });
  await laptop.sqsClient.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: deleted?.ReceiptHandle }));
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  const reopened = await queue();
  expect(await receive(reopened)).toMatchObject([{ Body: 'waiting', Attributes: { ApproximateReceiveCount: '2' } }]);
  const { Attributes: counts } = await laptop.sqsClient.send(
    new GetQueueAttributesCommand({ QueueUrl: reopened, AttributeNames: ['All'] }),
  );
  expect(counts).toMatchObject({ ApproximateNumberOfMessagesDelayed: '1', ApproximateNumberOfMessagesNotVisible: '2' });
  await laptop.sqsClient.send(new DeleteMessageCommand({ QueueUrl: reopened, ReceiptHandle: held?.ReceiptHandle }));
  const after = await laptop.sqsClient.send(
    new GetQueueAttributesCommand({ QueueUrl: reopened, AttributeNames: ['All'] }),
  );
  expect(after.Attributes).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1' });
});

test('receives a message again whose deletion could not be written', async () => {
  const url = await queue();
  await send(url, 'kept');
  const [message] = await receive(url, { VisibilityTimeout: 1 });
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const failing = jest.spyOn(Journal.prototype, 'delete').mockRejectedValueOnce(full);
  const deletion = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle });
  await expect(laptop.sqsClient.send(deletion)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  failing.mockRestore();
  expect(await receive(url, { WaitTimeSeconds: 5 })).toMatchObject([{ Body: 'kept' }]);
});

test('the age of the oldest message leaves out those that were received three times', async () => {
  const url = await queue('Poisoned', { VisibilityTimeout: 0 });
  await send(url, 'poison pill');
  const [{ name }] = [{ name: url.slice(url.lastIndexOf('/') + 1) }];
  const known = () => laptop.sqs.list().find(({ settings }) => settings.name === name)?.findOldestSentAt();
  const ages: boolean[] = [];
  for (let receives = 0; receives <= 3; receives += 1) {
    ages.push(known() !== undefined);
    await receive(url, { WaitTimeSeconds: 1 });
  }
  expect(ages).toEqual([true, true, true, false]);
});
