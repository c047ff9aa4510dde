import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
beforeEach(async () => {
  laptop = await startLaptop();
});
afterEach(() => laptop.remove());

async function receive(QueueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await laptop.sqsClient.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  return Messages;
}

async function bodies(QueueUrl: string): Promise<unknown[]> {
  return (await receive(QueueUrl)).map(({ Body }) => JSON.parse(Body ?? ''));
}

async function rule(properties: Record<string, unknown>, target: Record<string, unknown> = {}): Promise<string> {
  const queue = await laptop.provision('AWS::SQS::Queue', 'Queue');
  await laptop.provision('AWS::Events::Rule', 'Rule', {
    EventPattern: { source: ['aws.s3'] },
    Targets: [{ Id: 'Target0', Arn: queue.attributes?.['Arn'], ...target }],
    ...properties,
  });
  return queue.ref;
}

const EVENT = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  resources: ['arn:aws:s3:::source'],
  time: new Date('2026-11-20T10:11:12.345Z'),
  detail: { object: { key: 'a "b" <c>.mp4', size: 12 } },
};

test("delivers an event in AWS's form to targets of matching rules before put resolves", async () => {
  const queue = await rule({});
  const id = await laptop.bus.put(EVENT);
  await laptop.bus.put({ ...EVENT, source: 'aws.other' });
  expect(await bodies(queue)).toEqual([
    {
      version: '0',
      id,
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      time: '2026-11-20T10:11:12Z',
      region: 'us-east-1',
      resources: ['arn:aws:s3:::source'],
      detail: EVENT.detail,
    },
  ]);
});

test('sends nothing for a disabled rule', async () => {
  const queue = await rule({ State: 'DISABLED' });
  await laptop.bus.put(EVENT);
  expect(await receive(queue)).toEqual([]);
});

test.each([
  ['constant', { Input: '{"constant":true}' }, { constant: true }],
  ['path', { InputPath: '$.detail.object' }, EVENT.detail.object],
  [
    'transformer',
    {
      InputTransformer: {
        InputPathsMap: {
          key: '$.detail.object.key',
          size: '$.detail.object.size',
          object: '$.detail.object',
          bucket: '$.resources[0]',
        },
        InputTemplate:
          '{"key":<key>,"text":"<size> bytes of \\"<key>\\"","size":<size>,"object":<object>,"bucket":"<bucket>","rule":"<aws.events.rule-name>","none":"<unknown>"}',
      },
    },
    {
      key: 'a "b" <c>.mp4',
      text: '12 bytes of "a "b" <c>.mp4"',
      size: 12,
      object: EVENT.detail.object,
      bucket: 'arn:aws:s3:::source',
      rule: 'test-rule',
      none: '<unknown>',
    },
  ],
])('sends a target a %s instead of the event', async (_name, target, expected) => {
  const queue = await rule({}, target);
  await laptop.bus.put(EVENT);
  expect(await bodies(queue)).toEqual([expected]);
});

test('sends an event that a target rejects to its dead-letter queue', async () => {
  const deadLetters = await laptop.provision('AWS::SQS::Queue', 'DeadLetters');
  const small = await laptop.provision('AWS::SQS::Queue', 'Small', { MaximumMessageSize: 1024 });
  await rule({}, { Arn: small.attributes?.['Arn'], DeadLetterConfig: { Arn: deadLetters.attributes?.['Arn'] } });
  await laptop.bus.put({ ...EVENT, detail: { text: 'x'.repeat(1024) } });
  const [dead] = await receive(deadLetters.ref);
  expect(JSON.parse(dead?.Body ?? '')).toMatchObject({ source: 'aws.s3' });
  expect(dead?.MessageAttributes).toMatchObject({
    RULE_ARN: { StringValue: 'arn:aws:events:us-east-1:000000000000:rule/test-rule' },
    TARGET_ARN: { StringValue: small.attributes?.['Arn'] },
  });
});

test('accepts events of applications, and rejects invalid entries one by one', async () => {
  const queue = await rule({ EventPattern: { source: ['app'], detail: { step: [{ exists: true }] } } });
  const entry = { Source: 'app', DetailType: 'Step', Detail: '{"step":"metadata"}' };
  const { FailedEntryCount, Entries } = await laptop.eventBridgeClient.send(
    new PutEventsCommand({
      Entries: [
        entry,
        { ...entry, Source: 'aws.s3' },
        { ...entry, Detail: 'no json' },
        { ...entry, Detail: '[]' },
        { ...entry, Source: undefined },
        { ...entry, EventBusName: 'other' },
      ],
    }),
  );
  expect(FailedEntryCount).toBe(5);
  expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'NotAuthorizedForSourceException',
    'MalformedDetail',
    'MalformedDetail',
    'InvalidArgument',
    'ResourceNotFoundException',
  ]);
  expect(await bodies(queue)).toMatchObject([{ id: Entries?.[0]?.EventId, detail: { step: 'metadata' } }]);
});

test('rejects unsupported rules at the start', async () => {
  await expect(laptop.provision('AWS::Events::Rule', 'R', { ScheduleExpression: 'rate(1 day)' })).rejects.toThrow(
    'scheduled rules',
  );
  await expect(laptop.provision('AWS::Events::Rule', 'R', { EventPattern: { source: [] } })).rejects.toThrow('source');
});
