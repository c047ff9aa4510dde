import { createServer } from 'node:http';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
afterEach(() => laptop.remove());

function invoke(FunctionName: string, payload: unknown): Promise<{ StatusCode?: number | undefined }> {
  return laptop.lambdaClient.send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(payload) }),
  );
}

async function receive(QueueUrl: string): Promise<Message | undefined> {
  const { Messages: [message] = [] } = await laptop.sqsClient.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageAttributeNames: ['All'] }),
  );
  return message;
}

/** Function that fails as often as the event requests, counting in a file, and then succeeds. */
const FAILS = `
  import { readFileSync, writeFileSync } from 'node:fs';
  export const handler = async ({ file, failures }) => {
    let count = 0;
    try { count = Number(readFileSync(file)); } catch {}
    writeFileSync(file, String(count + 1));
    if (count < failures) throw new Error('failure ' + (count + 1));
    return { count: count + 1 };
  };`;

async function destinations(
  properties = {},
): Promise<{ arn: string; success: string; failure: string; deadLetters: string }> {
  const [success, failure, deadLetters] = [
    await laptop.provision('AWS::SQS::Queue', 'Success'),
    await laptop.provision('AWS::SQS::Queue', 'Failure'),
    await laptop.provision('AWS::SQS::Queue', 'DeadLetters'),
  ];
  const arn = await laptop.provisionFunction('Fails', FAILS, {
    DeadLetterConfig: { TargetArn: deadLetters.attributes?.['Arn'] },
  });
  await laptop.provision('AWS::Lambda::EventInvokeConfig', 'Config', {
    FunctionName: 'test-fails',
    Qualifier: '$LATEST',
    DestinationConfig: {
      OnSuccess: { Destination: success.attributes?.['Arn'] },
      OnFailure: { Destination: failure.attributes?.['Arn'] },
    },
    ...properties,
  });
  return { arn, success: success.ref, failure: failure.ref, deadLetters: deadLetters.ref };
}

test('retries an event that fails twice, and notifies the success destination', async () => {
  laptop = await startLaptop();
  const { arn, success } = await destinations();
  laptop.lambda.start();
  const event = { file: `${laptop.dir}/count`, failures: 2 };
  expect((await invoke(arn, event)).StatusCode).toBe(202);
  expect(JSON.parse((await receive(success))?.Body ?? '')).toMatchObject({
    version: '1.0',
    requestContext: { functionArn: `${arn}:$LATEST`, condition: 'Success', approximateInvokeCount: 3 },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    responsePayload: { count: 3 },
  });
});

test('sends an event to the failure destination and the dead-letter queue after two failed retries', async () => {
  laptop = await startLaptop();
  const { arn, failure, deadLetters } = await destinations();
  laptop.lambda.start();
  const event = { file: `${laptop.dir}/count`, failures: 99 };
  await invoke(arn, event);
  expect(JSON.parse((await receive(failure))?.Body ?? '')).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: event,
    responseContext: { functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'failure 3' },
  });
  const dead = await receive(deadLetters);
  expect(JSON.parse(dead?.Body ?? '')).toEqual(event);
  expect(dead?.MessageAttributes).toMatchObject({ ErrorMessage: { StringValue: 'failure 3' } });
});

test('retries no event if the template allows none', async () => {
  laptop = await startLaptop();
  const { arn, failure } = await destinations({ MaximumRetryAttempts: 0 });
  laptop.lambda.start();
  await invoke(arn, { file: `${laptop.dir}/count`, failures: 1 });
  expect(JSON.parse((await receive(failure))?.Body ?? '')).toMatchObject({
    requestContext: { approximateInvokeCount: 1 },
  });
});

test('keeps accepted events and their attempts across a restart', async () => {
  laptop = await startLaptop({ asyncRetryDelaysMs: [600_000] });
  const before = await destinations({ MaximumRetryAttempts: 1 });
  laptop.lambda.start();
  const failedOnce = new Promise((resolve) => laptop.lambda.onInvocationEnd(resolve));
  await invoke(before.arn, { file: `${laptop.dir}/count`, failures: 99 });
  await failedOnce;
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  const after = await destinations({ MaximumRetryAttempts: 1 });
  // The retry is due in ten minutes; an event before its first attempt is due at once.
  await invoke(after.arn, { file: `${laptop.dir}/other`, failures: 0 });
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  const last = await destinations({ MaximumRetryAttempts: 1 });
  laptop.lambda.start();
  expect(JSON.parse((await receive(last.success))?.Body ?? '')).toMatchObject({ requestPayload: { failures: 0 } });
});

test('retries an event that a shutdown interrupted, without counting the attempt', async () => {
  laptop = await startLaptop({ closeGraceMs: 1 });
  const hang = `
    import { existsSync, writeFileSync } from 'node:fs';
    export const handler = async ({ file, startedUrl }) => {
      if (existsSync(file)) return 'second';
      writeFileSync(file, '');
      await fetch(startedUrl);
      await new Promise((done) => setTimeout(done, 1e6));
    };`;
  const provision = async (): Promise<string> => {
    const success = await laptop.provision('AWS::SQS::Queue', 'Success');
    await laptop.provisionFunction('Hangs', hang);
    await laptop.provision('AWS::Lambda::EventInvokeConfig', 'Config', {
      FunctionName: 'test-hangs',
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnSuccess: { Destination: success.attributes?.['Arn'] } },
    });
    laptop.lambda.start();
    return success.ref;
  };
  await provision();
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    response.end();
    resolve();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const startedUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  await invoke('test-hangs', { file: `${laptop.dir}/started`, startedUrl });
  await begun;
  server.close();
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  const success = await provision();
  expect(JSON.parse((await receive(success))?.Body ?? '')).toMatchObject({
    requestContext: { approximateInvokeCount: 1 },
    responsePayload: 'second',
  });
});
