import { PublishBatchCommand, PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
let topicArn: string;
beforeEach(async () => {
  laptop = await startLaptop();
  topicArn = (await laptop.provision('AWS::SNS::Topic', 'Topic')).ref;
});
afterEach(() => laptop.remove());

async function receive(QueueUrl: string, more: object = {}): Promise<Message[]> {
  const { Messages = [] } = await laptop.sqsClient.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], ...more }),
  );
  return Messages;
}

async function subscribe(logicalId: string, properties: Record<string, unknown> = {}): Promise<string> {
  const queue = await laptop.provision('AWS::SQS::Queue', logicalId);
  await laptop.provision('AWS::SNS::Subscription', `${logicalId}Subscription`, {
    TopicArn: topicArn,
    Protocol: 'sqs',
    Endpoint: queue.attributes?.['Arn'],
    ...properties,
  });
  return queue.ref;
}

async function publish(Message: string, more: object = {}): Promise<string | undefined> {
  return (await laptop.snsClient.send(new PublishCommand({ TopicArn: topicArn, Message, ...more }))).MessageId;
}

function text(StringValue: string): object {
  return { DataType: 'String', StringValue };
}

test('resolves a publication once every subscription has the message', async () => {
  const raw = await subscribe('Raw', { RawMessageDelivery: true });
  const wrapped = await subscribe('Wrapped');
  const id = await publish('안녕 <&>', { Subject: 'Ready', MessageAttributes: { step: text('metadata') } });
  expect(await receive(raw)).toMatchObject([
    { Body: '안녕 <&>', MessageAttributes: { step: { StringValue: 'metadata' } } },
  ]);
  const [message] = await receive(wrapped);
  expect(message?.MessageAttributes).toBeUndefined();
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({
    Type: 'Notification',
    MessageId: id,
    TopicArn: topicArn,
    Subject: 'Ready',
    Message: '안녕 <&>',
    Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    MessageAttributes: { step: { Type: 'String', Value: 'metadata' } },
  });
});

test('delivers a message to a function as an event', async () => {
  const queue = await laptop.provision('AWS::SQS::Queue', 'Done');
  const arn = await laptop.provisionFunction('Listener', 'export const handler = async (event) => event;');
  await laptop.provision('AWS::Lambda::EventInvokeConfig', 'Config', {
    FunctionName: arn,
    Qualifier: '$LATEST',
    DestinationConfig: { OnSuccess: { Destination: queue.attributes?.['Arn'] } },
  });
  await laptop.provision('AWS::SNS::Subscription', 'Subscription', {
    TopicArn: topicArn,
    Protocol: 'lambda',
    Endpoint: arn,
  });
  laptop.lambda.start();
  const id = await publish('hello');
  const [record] = await receive(queue.ref, { WaitTimeSeconds: 20 });
  expect(JSON.parse(record?.Body ?? '')).toMatchObject({
    responsePayload: {
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: expect.stringContaining(`${topicArn}:`),
          Sns: {
            Type: 'Notification',
            MessageId: id,
            TopicArn: topicArn,
            Subject: null,
            Message: 'hello',
            MessageAttributes: {},
          },
        },
      ],
    },
  });
});

/** Policies with matching and other messages. */
const POLICIES: readonly [name: string, scope: string, policy: object, passes: object[], not: object[]][] = [
  ['equal', 'MessageAttributes', { a: ['x', 'y'] }, [{ a: text('y') }], [{ a: text('z') }, {}]],
  ['anything but', 'MessageAttributes', { a: [{ 'anything-but': ['x'] }] }, [{ a: text('y') }], [{ a: text('x') }, {}]],
  ['prefix', 'MessageAttributes', { a: [{ prefix: 'us-' }] }, [{ a: text('us-1') }], [{ a: text('eu-1') }]],
  ['suffix', 'MessageAttributes', { a: [{ suffix: '.mp4' }] }, [{ a: text('x.mp4') }], [{ a: text('x.mov') }]],
  ['any case', 'MessageAttributes', { a: [{ 'equals-ignore-case': 'TV' }] }, [{ a: text('tv') }], [{ a: text('tvs') }]],
  ['wildcard', 'MessageAttributes', { a: [{ wildcard: 'v/*/1' }] }, [{ a: text('v/x/1') }], [{ a: text('v/x/2') }]],
  [
    'address block',
    'MessageAttributes',
    { a: [{ cidr: '10.0.0.0/8' }] },
    [{ a: text('10.1.2.3') }],
    [{ a: text('11.1.2.3') }],
  ],
  [
    'exists',
    'MessageAttributes',
    { a: [{ exists: true }], b: [{ exists: false }] },
    [{ a: text('x') }],
    [{ a: text('x'), b: text('y') }, {}],
  ],
  [
    'numeric',
    'MessageAttributes',
    { a: [{ numeric: ['>=', 1, '<', 10] }] },
    [{ a: { DataType: 'Number', StringValue: '9.5' } }],
    [{ a: { DataType: 'Number', StringValue: '10' } }, { a: text('5') }],
  ],
  [
    'one of a list',
    'MessageAttributes',
    { a: ['x'] },
    [{ a: { DataType: 'String.Array', StringValue: '["w","x"]' } }],
    [{ a: { DataType: 'String.Array', StringValue: '["w"]' } }],
  ],
  [
    'alternatives',
    'MessageAttributes',
    { $or: [{ a: ['x'] }, { b: ['y'] }] },
    [{ a: text('x') }, { b: text('y') }],
    [{ a: text('y') }],
  ],
];

test.each(POLICIES)('filters by attributes: %s', async (_name, scope, policy, passes, not) => {
  const queue = await subscribe('Queue', { RawMessageDelivery: true, FilterPolicy: policy, FilterPolicyScope: scope });
  for (const [index, MessageAttributes] of passes.entries()) await publish(`passes ${index}`, { MessageAttributes });
  for (const MessageAttributes of not) await publish('does not pass', { MessageAttributes });
  const bodies = (await receive(queue)).map(({ Body }) => Body);
  expect(new Set(bodies)).toEqual(new Set(passes.map((_attributes, index) => `passes ${index}`)));
});

function event(status: string, type = 'CMAF_GROUP'): string {
  return JSON.stringify({ source: 'aws.mediaconvert', detail: { status, groups: [{ type: 'FILE_GROUP' }, { type }] } });
}

test('filters by nested JSON in the body, and drops bodies that are not JSON objects', async () => {
  const queue = await subscribe('Queue', {
    RawMessageDelivery: true,
    FilterPolicy: {
      source: ['aws.mediaconvert'],
      detail: { status: ['COMPLETE'], groups: { type: [{ prefix: 'CMAF' }] } },
    },
    FilterPolicyScope: 'MessageBody',
  });
  for (const message of [
    event('PROGRESSING'),
    event('COMPLETE', 'HLS_GROUP'),
    'COMPLETE',
    '"COMPLETE"',
    '[1]',
    event('COMPLETE'),
  ]) {
    await publish(message);
  }
  expect((await receive(queue)).map(({ Body }) => Body)).toEqual([event('COMPLETE')]);
});

test('rejects a subscription with an unknown operator', async () => {
  await expect(subscribe('Queue', { FilterPolicy: { a: [{ matches: 'x' }] } })).rejects.toThrow('matches');
});

test('dead-letters a message that one endpoint rejects, and delivers it to the others', async () => {
  const deadLetters = await laptop.provision('AWS::SQS::Queue', 'DeadLetters');
  await subscribe('Gone', {
    Endpoint: 'arn:aws:sqs:us-east-1:000000000000:gone',
    RedrivePolicy: { deadLetterTargetArn: deadLetters.attributes?.['Arn'] },
    RawMessageDelivery: true,
  });
  const other = await subscribe('Other', { RawMessageDelivery: true });
  await publish('precious');
  expect(await receive(deadLetters.ref)).toMatchObject([{ Body: 'precious' }]);
  expect(await receive(other)).toMatchObject([{ Body: 'precious' }]);
});

test('publishes a batch entry by entry', async () => {
  const queue = await subscribe('Queue', { RawMessageDelivery: true });
  const { Successful: sent, Failed: failed } = await laptop.snsClient.send(
    new PublishBatchCommand({
      TopicArn: topicArn,
      PublishBatchRequestEntries: [
        { Id: 'a', Message: 'one', MessageAttributes: { n: { DataType: 'Number', StringValue: '1' } } },
        { Id: 'b', Message: 'x'.repeat(256 * 1024 + 1) },
        { Id: 'c', Message: 'three' },
      ],
    }),
  );
  expect(sent?.map(({ Id }) => Id)).toEqual(['a', 'c']);
  expect(failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }]);
  expect(new Set((await receive(queue)).map(({ Body }) => Body))).toEqual(new Set(['one', 'three']));
});

test('delivers a structured message by protocol', async () => {
  const queue = await subscribe('Queue', { RawMessageDelivery: true });
  await publish(JSON.stringify({ default: 'any', sqs: 'for queues' }), { MessageStructure: 'json' });
  expect(await receive(queue)).toMatchObject([{ Body: 'for queues' }]);
  await expect(publish('{"sqs":"x"}', { MessageStructure: 'json' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('rejects an unknown topic', async () => {
  await expect(
    laptop.snsClient.send(new PublishCommand({ TopicArn: `${topicArn}-other`, Message: 'x' })),
  ).rejects.toMatchObject({ name: 'NotFoundException' });
});
