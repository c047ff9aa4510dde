import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { customResource, type CustomResourceHooks } from '../../../lambdas/runtime/custom-resource.ts';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  readonly bytes: number;
}

let server: Server;
let received: Received[];
let statuses: number[];

beforeEach(async () => {
  received = [];
  statuses = [];
  server = createServer((request, response) => void receive(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.close();
  await once(server, 'close');
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const status = statuses.shift() ?? 200;
  if (status === 200) {
    const parsed = JSON.parse(body) as Record<string, unknown>;
    received.push({ headers: request.headers, body: parsed, bytes: Buffer.byteLength(body) });
  }
  response.writeHead(status).end();
}

function event(fields: Partial<CloudFormationCustomResourceEvent> & { RequestType: 'Create' | 'Update' | 'Delete' }) {
  return ({
    ServiceToken: 'arn:aws:lambda:us-east-1:000000000000:function:f',
    ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/response?X-Amz-Signature=abc`,
    StackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/s/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Thing',
    ResourceType: 'Custom::Thing',
    ResourceProperties: { ServiceToken: 'x' },
    ...fields,
  }) as CloudFormationCustomResourceEvent;
}

function context(remainingMs = 60_000) {
  return ({ getRemainingTimeInMillis: () => remainingMs }) as Context;
}

function invoke(
  hooks: Partial<CustomResourceHooks>,
  request: CloudFormationCustomResourceEvent,
  remainingMs?: number,
) {
  return customResource({ onCreate: async () => undefined, onUpdate: async () => undefined, ...hooks })(
    request,
    context(remainingMs),
  );
}

test('responds to a create with its attributes and the ids of the request', async () => {
  await invoke({ onCreate: async () => ({ data: { Color: '42' }, noEcho: true }) }, event({ RequestType: 'Create' }));
  expect(received).toHaveLength(1);
  expect(received[0]?.body).toMatchObject({
    Status: 'SUCCESS',
    StackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/s/1',
    RequestId: 'request-1',
    LogicalResourceId: 'Thing',
    NoEcho: true,
    Data: { Color: '42' },
  });
});

test('sends no content type, since the URL is presigned without one', async () => {
  await invoke({}, event({ RequestType: 'Create' }));
  expect(received[0]?.headers['content-type']).toBeUndefined();
  expect(received[0]?.headers['content-length']).toBe(String(received[0]?.bytes));
});

test('names the same resource for a repeated create, and keeps the name for updates and deletes', async () => {
  await invoke({}, event({ RequestType: 'Create' }));
  await invoke({}, event({ RequestType: 'Create', RequestId: 'request-2' }));
  await invoke({}, event({ RequestType: 'Update', PhysicalResourceId: 'older-name' }));
  await invoke({}, event({ RequestType: 'Delete', PhysicalResourceId: 'older-name' }));
  const ids = received.map(({ body }) => body['PhysicalResourceId']);
  expect(ids[0]).toMatch(/^Thing-[0-9a-f]{16}$/);
  expect(ids).toEqual([ids[0], ids[0], 'older-name', 'older-name']);
});

test('responds FAILED with the reason of a failing hook, without keys and signed queries', async () => {
  const failure = new Error(
    'PUT https://host/x?X-Amz-Signature=abc failed for -----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY----- password=hunter2',
  );
  await invoke({ onCreate: () => Promise.reject(failure) }, event({ RequestType: 'Create' }));
  expect(received[0]?.body).toMatchObject({
    Status: 'FAILED',
    Reason: 'Error: PUT https://host/x?[query] failed for [key] password=[hidden]',
  });
});

test('does not quote unparsable text in the reason', async () => {
  await invoke({ onCreate: async () => JSON.parse('my private key') as undefined }, event({ RequestType: 'Create' }));
  expect(received[0]?.body['Reason']).toBe('SyntaxError');
});

test('responds with success to the delete after a failed create if nothing exists', async () => {
  await invoke({ onCreate: () => Promise.reject(new Error('no')) }, event({ RequestType: 'Create' }));
  const id = received[0]?.body['PhysicalResourceId'];
  await invoke({}, event({ RequestType: 'Delete', PhysicalResourceId: String(id) }));
  expect(received[1]?.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
});

test('responds FAILED if the attributes exceed 4,096 bytes', async () => {
  await invoke({ onCreate: async () => ({ data: { Big: 'x'.repeat(5000) } }) }, event({ RequestType: 'Create' }));
  expect(received[0]?.body).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('4096 bytes') });
});

test('shortens a reason of any length and script to fit the response', async () => {
  await invoke({ onCreate: () => Promise.reject(new Error('실패'.repeat(5000))) }, event({ RequestType: 'Create' }));
  expect(received[0]?.bytes).toBeLessThanOrEqual(4096);
  expect(received[0]?.body['Status']).toBe('FAILED');
});

test('responds FAILED if a hook exceeds the function’s time', async () => {
  await invoke({ onCreate: () => new Promise(() => undefined) }, event({ RequestType: 'Create' }), 10_010);
  expect(received[0]?.body).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('timed out') });
});

test('sends the response again after a temporary failure', async () => {
  statuses = [503, 500];
  await invoke({}, event({ RequestType: 'Create' }));
  expect(received).toHaveLength(1);
});

test('fails the invocation if the response is refused, without the presigned URL in the error', async () => {
  statuses = Array<number>(20).fill(403);
  const invocation = invoke({}, event({ RequestType: 'Create' }));
  await expect(invocation).rejects.toThrow('CloudFormation did not accept the response: status 403');
  await expect(invocation).rejects.not.toThrow('X-Amz-Signature');
});
