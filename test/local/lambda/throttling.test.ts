import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { type Message, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

/** Responds to a function when the test lets it. */
class Gate {
  readonly #server: Server;
  readonly #waiting: ServerResponse[] = [];

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (_request, response) => this.#waiting.push(response));
  }

  static async open(): Promise<Gate> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gate(server);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /** Resolves once a function waits here. */
  async reached(): Promise<void> {
    if (this.#waiting.length === 0) await once(this.#server, 'request');
  }

  release(): void {
    for (const response of this.#waiting.splice(0)) response.end();
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let laptop: Laptop;
let gate: Gate;
beforeEach(async () => {
  gate = await Gate.open();
});
afterEach(async () => {
  gate.close();
  await laptop.remove();
});

const WAITS = `export const handler = async ({ port }) => {
  if (port) await fetch('http://127.0.0.1:' + port);
  return 'done';
};`;

async function invoke(arn: string, payload: unknown = {}): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName: arn, Payload: JSON.stringify(payload) });
  const { Payload } = await laptop.lambdaClient.send(command);
  return JSON.parse(Payload?.transformToString() ?? '');
}

/** Takes one unit of the account's concurrency. @returns the end of the invocation */
async function takeUnit(arn: string): Promise<Promise<unknown>[]> {
  const running = invoke(arn, { port: gate.port });
  await gate.reached();
  return [running];
}

async function receive(QueueUrl: string): Promise<Message | undefined> {
  const command = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All'] });
  return (await laptop.sqsClient.send(command)).Messages?.[0];
}

/** Provisions a function that a queue feeds. */
async function provisionFed(queue: Record<string, unknown>): Promise<{ source: string; deadLetters: string }> {
  const deadLetters = await laptop.provision('AWS::SQS::Queue', 'DeadLetters');
  const source = await laptop.provision('AWS::SQS::Queue', 'Source', {
    RedrivePolicy: { deadLetterTargetArn: deadLetters.attributes?.['Arn'], maxReceiveCount: 2 },
    ...queue,
  });
  const arn = await laptop.provisionFunction('Fed', 'export const handler = async () => ({});', { Timeout: 1 });
  await laptop.provision('AWS::Lambda::EventSourceMapping', 'Mapping', {
    FunctionName: arn,
    EventSourceArn: source.attributes?.['Arn'],
    BatchSize: 1,
  });
  return { source: source.ref, deadLetters: deadLetters.ref };
}

test('rejects an invocation beyond the concurrency of the account, whichever functions use it', async () => {
  laptop = await startLaptop({}, undefined, { accountConcurrency: 1 });
  const [busy, other] = [
    await laptop.provisionFunction('Busy', WAITS),
    await laptop.provisionFunction('Other', WAITS),
  ];
  const [running] = await takeUnit(busy);
  await expect(invoke(other)).rejects.toMatchObject({
    name: 'TooManyRequestsException',
    Reason: 'ConcurrentInvocationLimitExceeded',
    $metadata: { httpStatusCode: 429 },
  });
  gate.release();
  expect(await running).toBe('done');
  expect(await invoke(other)).toBe('done');
});

test('responds 429 at the URL of a throttled function', async () => {
  laptop = await startLaptop({}, undefined, { accountConcurrency: 1 });
  const [busy, viewed] = [
    await laptop.provisionFunction('Busy', WAITS),
    await laptop.provisionFunction('Viewed', WAITS),
  ];
  await laptop.provision('AWS::Lambda::Url', 'Url', { TargetFunctionArn: viewed, AuthType: 'AWS_IAM' });
  const [running] = await takeUnit(busy);
  const request = { method: 'GET', rawPath: '/', rawQueryString: '', headers: {} };
  const { statusCode, body } = await laptop.lambda.urls.invoke(viewed, request);
  expect({ statusCode, body: await text(body) }).toEqual({ statusCode: 429, body: '{"Message":"Rate Exceeded."}' });
  gate.release();
  await running;
});

test('keeps reserved concurrency for its function, and limits the function to it', async () => {
  laptop = await startLaptop({}, undefined, { accountConcurrency: 101 });
  const arn = await laptop.provisionFunction('Reserved', WAITS, { ReservedConcurrentExecutions: 1 });
  const [running] = await takeUnit(arn);
  await expect(invoke(arn)).rejects.toMatchObject({ Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
  expect(await invoke(await laptop.provisionFunction('Other', WAITS))).toBe('done');
  gate.release();
  expect(await running).toBe('done');
});

test.each([
  [10, 1, 10],
  [101, 2, 100],
])('in an account of %i, refuses to reserve %i, which leaves less than %i', async (accountConcurrency, reserved, least) => {
  laptop = await startLaptop({}, undefined, { accountConcurrency });
  const properties = { ReservedConcurrentExecutions: reserved };
  await expect(laptop.provisionFunction('Reserved', WAITS, properties)).rejects.toThrow(
    `below its minimum value of [${least}]`,
  );
});

test.each(['wait', 'back off'] as const)(
  'counts a receive whose batch is throttled for the visibility timeout, with the habit to %s',
  async (throttledBatches) => {
    laptop = await startLaptop({}, undefined, { accountConcurrency: 1, throttledBatches });
    const busy = await laptop.provisionFunction('Busy', WAITS);
    const { source, deadLetters } = await provisionFed({ VisibilityTimeout: 1 });
    const [running] = await takeUnit(busy);
    laptop.lambda.start();
    await laptop.sqsClient.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'healthy' }));
    expect((await receive(deadLetters))?.Body).toBe('healthy');
    gate.release();
    await running;
  },
);

test.each(['wait', 'back off'] as const)(
  'retries a throttled batch within its visibility timeout, as the same receive, with the habit to %s',
  async (throttledBatches) => {
    laptop = await startLaptop({}, undefined, { accountConcurrency: 1, throttledBatches });
    const busy = await laptop.provisionFunction('Busy', WAITS);
    const { source } = await provisionFed({ VisibilityTimeout: 60, RedrivePolicy: undefined });
    const [running] = await takeUnit(busy);
    laptop.lambda.start();
    const ended = new Promise((resolve) => {
      laptop.lambda.onInvocationEnd(({ logicalId }) => logicalId === 'Fed' && resolve(logicalId));
    });
    await laptop.sqsClient.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'healthy' }));
    const isReceived = (): boolean => laptop.sqs.getByUrl(source).countMessages().inFlight === 1;
    while (!isReceived()) await new Promise((resolve) => void setImmediate(resolve));
    gate.release();
    expect(await ended).toBe('Fed');
    await running;
  },
);

test('keeps a throttled asynchronous event, without counting an attempt', async () => {
  laptop = await startLaptop({}, undefined, { accountConcurrency: 1 });
  const busy = await laptop.provisionFunction('Busy', WAITS);
  const arn = await laptop.provisionFunction('Async', WAITS);
  const success = await laptop.provision('AWS::SQS::Queue', 'Success');
  await laptop.provision('AWS::Lambda::EventInvokeConfig', 'Config', {
    FunctionName: 'test-async',
    Qualifier: '$LATEST',
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnSuccess: { Destination: success.attributes?.['Arn'] } },
  });
  laptop.lambda.start();
  const [running] = await takeUnit(busy);
  const event = new InvokeCommand({ FunctionName: arn, InvocationType: 'Event', Payload: '{}' });
  await laptop.lambdaClient.send(event);
  // The first attempt starts at once, and is throttled.
  await new Promise((resolve) => void setTimeout(resolve, 0));
  gate.release();
  await running;
  expect(JSON.parse((await receive(success.ref))?.Body ?? '')).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 1 },
  });
});
