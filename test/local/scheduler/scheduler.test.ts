import { Sha256 } from '@aws-crypto/sha256-js';
import { ReceiveMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { startLaptop, type Laptop } from '../../support/local/laptop.ts';

let laptop: Laptop;
let queue: { readonly ref: string; readonly attributes?: Readonly<Record<string, unknown>> };
beforeEach(async () => {
  laptop = await startLaptop();
  queue = await laptop.provision('AWS::SQS::Queue', 'Deadlines');
});
afterEach(() => laptop.remove());

async function call(
  method: string,
  name: string,
  input?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { hostname, port, host } = new URL(laptop.endpoint);
  const body = input && JSON.stringify(input);
  const path = `/schedules/${name}`;
  const request = new HttpRequest({
    method,
    hostname,
    port: Number(port),
    path,
    headers: { host, 'content-type': 'application/json' },
    body,
  });
  const credentials = laptop.credentials.operator();
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'scheduler', sha256: Sha256 });
  const { headers } = await signer.sign(request);
  const response = await fetch(laptop.endpoint + path, { method, headers, ...(body !== undefined && { body }) });
  return { status: response.status, body: z.record(z.string(), z.unknown()).parse(await response.json()) };
}

function at(time: number): string {
  return `at(${new Date(time).toISOString().slice(0, 19)})`;
}

function schedule(time: number, more: object = {}): object {
  return {
    ScheduleExpression: at(time),
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: queue.attributes?.['Arn'],
      RoleArn: 'arn:aws:iam::000000000000:role/scheduler',
      Input: '{"deadline":1}',
    },
    ...more,
  };
}

async function receive(WaitTimeSeconds: number): Promise<Message[]> {
  return (
    (await laptop.sqsClient.send(new ReceiveMessageCommand({ QueueUrl: queue.ref, WaitTimeSeconds }))).Messages ?? []
  );
}

test('fires a schedule at its time, and deletes it on request', async () => {
  expect((await call('POST', 'once', schedule(Date.now() + 1000, { ActionAfterCompletion: 'DELETE' }))).status).toBe(
    200,
  );
  expect((await call('GET', 'once')).body).toMatchObject({ Name: 'once', State: 'ENABLED', GroupName: 'default' });
  laptop.scheduler.start();
  expect(await receive(20)).toMatchObject([{ Body: '{"deadline":1}' }]);
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  expect(await call('GET', 'once')).toMatchObject({ status: 404, body: { __type: 'ResourceNotFoundException' } });
});

test('fires a schedule that became due while the laptop was off, once, at the next start', async () => {
  await call('POST', 'missed', schedule(Date.now() - 60_000));
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  queue = await laptop.provision('AWS::SQS::Queue', 'Deadlines');
  laptop.scheduler.start();
  expect(await receive(20)).toHaveLength(1);
  await laptop.stop();
  laptop = await startLaptop({}, laptop.dir);
  queue = await laptop.provision('AWS::SQS::Queue', 'Deadlines', { VisibilityTimeout: 30 });
  laptop.scheduler.start();
  await call(
    'POST',
    'marker',
    schedule(Date.now() - 1000, { Target: { Arn: queue.attributes?.['Arn'], RoleArn: 'r', Input: '"marker"' } }),
  );
  expect(await receive(20)).toMatchObject([{ Body: '"marker"' }]);
});

test('does not fire a deleted schedule', async () => {
  await call('POST', 'stopped', schedule(Date.now() - 60_000));
  expect((await call('DELETE', 'stopped')).status).toBe(200);
  laptop.scheduler.start();
  await call(
    'POST',
    'marker',
    schedule(Date.now() - 1000, { Target: { Arn: queue.attributes?.['Arn'], RoleArn: 'r', Input: '"marker"' } }),
  );
  expect(await receive(20)).toMatchObject([{ Body: '"marker"' }]);
  expect(await receive(0)).toEqual([]);
});

test.each([
  ['a taken name', 'taken', {}, 409, 'ConflictException'],
  ['a rate', 'rate', { ScheduleExpression: 'rate(1 day)' }, 400, 'ValidationException'],
  ['an invalid day', 'day', { ScheduleExpression: 'at(2026-13-45T00:00:00)' }, 400, 'ValidationException'],
])('rejects %s', async (_case, name, more, status, type) => {
  await call('POST', 'taken', schedule(Date.now() + 600_000));
  expect(await call('POST', name, schedule(Date.now() + 600_000, more))).toMatchObject({
    status,
    body: { __type: type },
  });
});
