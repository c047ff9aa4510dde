import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { customResource } from '../../../lambdas/runtime/custom-resource.ts';
import { ensureKeyPair } from '../../../lambdas/signing-key/ensure-key-pair.ts';
import { keySecret } from '../../../lambdas/signing-key/key-secret.ts';
import { SecretServer } from '../../support/secret-server.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:SigningKey-AbCdEf';

let secrets: SecretServer;
let client: SecretsManagerClient;
let responses: { Status: string; Reason?: string; Data?: Record<string, string> }[];
const cloudFormation = createServer((request, response) => void receive(request, response));

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  responses.push((await json(request)) as (typeof responses)[number]);
  response.end();
}

beforeAll(() => new Promise<void>((resolve) => void cloudFormation.listen(0, '127.0.0.1', resolve)));
afterAll(() => void cloudFormation.close());

beforeEach(async () => {
  responses = [];
  secrets = new SecretServer();
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };
  client = new SecretsManagerClient({ endpoint: await secrets.start(), region: 'us-east-1', credentials });
});

afterEach(async () => {
  client.destroy();
  await secrets.stop();
});

/** Creates a key pair as the function does, and returns the waits between its attempts. */
async function create(hook = async () => ({ data: { PublicKeyPem: await ensureKeyPair(keySecret(client, ARN), ARN) } })) {
  const waits: number[] = [];
  const handler = customResource(
    { onCreate: hook, onUpdate: hook },
    { wait: async (milliseconds) => void waits.push(milliseconds) },
  );
  const event = {
    RequestType: 'Create',
    ResponseURL: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}/`,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Pair',
  };
  await handler(event as unknown as CloudFormationCustomResourceEvent, { getRemainingTimeInMillis: () => 120_000 } as Context);
  return waits;
}

function failure(name: string, cause?: Error): Error {
  return Object.assign(new Error('refused', { cause }), { name });
}

test('a permission that comes into force during the deployment is waited for', async () => {
  secrets.denials = 3;
  expect(await create()).toEqual([1000, 2000, 4000]);
  expect(responses).toMatchObject([{ Status: 'SUCCESS', Data: { PublicKeyPem: expect.stringContaining('PUBLIC KEY') } }]);
});

test('a permission that is missing after a minute fails the deployment with the denial', async () => {
  secrets.denials = Infinity;
  const waits = await create();
  expect(waits.reduce((sum, wait) => sum + wait)).toBe(60_000);
  expect(responses).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining('AccessDeniedException') }]);
});

test.each([
  ['S3', failure('AccessDenied')],
  ['the Data API', failure('ForbiddenException')],
  ['a request behind a query', failure('DrizzleQueryError', failure('AccessDeniedException'))],
])('a denial of %s is repeated', async (_, error) => {
  const errors = [error];
  const waits = await create(async () => {
    const next = errors.pop();
    if (next) throw next;
    return { data: { PublicKeyPem: '' } };
  });
  expect(waits).toEqual([1000]);
  expect(responses).toMatchObject([{ Status: 'SUCCESS' }]);
});

test('another error fails the deployment at once', async () => {
  expect(await create(() => Promise.reject(failure('ValidationException')))).toEqual([]);
  expect(responses).toMatchObject([{ Status: 'FAILED' }]);
});
