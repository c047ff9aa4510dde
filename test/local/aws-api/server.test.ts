import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sendJson, sendQueryResult } from '../../../local/aws-api/responses.ts';
import { ApiError } from '../../../local/aws-api/api-error.ts';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import type { ApiService } from '../../../local/aws-api/api-service.ts';
import { type RawRequest, signedFetch, signHeaders, type Signing } from '../../support/local/sign-request.ts';

const events: ApiService = {
  signingName: 'events',
  protocol: 'json',
  handle: async (call) => {
    const body: unknown = JSON.parse((await call.readBody()).toString());
    if (call.request.headers['x-amz-target'] === 'AWSEvents.Refuse') {
      throw new ApiError('ResourceNotFoundException', 400, 'Event bus does not exist.');
    }
    if (call.request.headers['x-amz-target'] === 'AWSEvents.Break') throw new Error('a secret of the server');
    sendJson(call, { body, caller: call.caller.principalArn });
  },
};

const topics: ApiService = {
  signingName: 'sns',
  protocol: 'query',
  handle: async (call) =>
    sendQueryResult(call, { action: 'Publish', namespace: 'urn:sns', result: { MessageId: 'a<b' } }),
};

function requestTo(target: string, body = '{"a":1}'): RawRequest {
  return {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSEvents.${target}` },
    body,
  };
}

/** Service like CloudFront: XML with wholly signed bodies and wrapped errors, unlike S3. */
const distributions: ApiService = {
  signingName: 'cloudfront',
  protocol: 'rest-xml',
  handle: async () => {
    throw new ApiError('NoSuchDistribution', 404, 'The specified distribution does not exist.');
  },
};

describe('the API server', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'api-test-'));
  const credentials = Credentials.open(dir);
  let server: Server;
  let endpoint: string;

  beforeAll(async () => {
    server = createApiServer({ credentials, services: [events, topics, distributions] });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
    rmSync(dir, { recursive: true, force: true });
  });

  const as = (overrides: Partial<Signing> = {}): Signing => ({
    endpoint,
    credentials: credentials.operator(),
    service: 'events',
    ...overrides,
  });
  test('passes a signed call and its caller to the service', async () => {
    const role = credentials.forRole('arn:aws:iam::000000000000:role/r', 'f', 3_600_000);
    const response = await signedFetch(as({ credentials: role }), requestTo('Echo'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(await response.json()).toEqual({
      body: { a: 1 },
      caller: 'arn:aws:sts::000000000000:assumed-role/r/f',
    });
  });

  test('rejects a modified body', async () => {
    const headers = await signHeaders(as(), requestTo('Echo'));
    const response = await fetch(endpoint, { method: 'POST', headers, body: '{"a":2}' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'SignatureDoesNotMatch' });
  });

  test('rejects a modified signed header', async () => {
    const headers = await signHeaders(as(), requestTo('Echo'));
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { ...headers, 'x-amz-target': 'AWSEvents.Refuse' },
      body: '{"a":1}',
    });
    expect(await response.json()).toMatchObject({ __type: 'SignatureDoesNotMatch' });
  });

  test.each([
    ['events', 'UnrecognizedClientException'],
    ['sns', 'InvalidClientTokenId'],
  ])('rejects an unknown key with the error of %s', async (service, code) => {
    const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    const response = await signedFetch(as({ credentials: unknown, service }), requestTo('Echo'));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(code);
  });

  test('rejects a session key with a missing or wrong token', async () => {
    const { sessionToken: _token, ...keys } = credentials.forRole('arn:aws:iam::000000000000:role/r', 'f', 3_600_000);
    for (const given of [keys, { ...keys, sessionToken: 'forged' }]) {
      const response = await signedFetch(as({ credentials: given }), requestTo('Echo'));
      expect(await response.json()).toMatchObject({ __type: 'UnrecognizedClientException' });
    }
  });

  test.each([-16, 16])('rejects a request whose clock is off by %i minutes', async (minutes) => {
    const date = new Date(Date.now() + minutes * 60_000);
    const response = await signedFetch(as({ date }), requestTo('Echo'));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'RequestTimeTooSkewed' });
  });

  test('accepts a clock that is off by 14 minutes', async () => {
    const date = new Date(Date.now() - 14 * 60_000);
    expect((await signedFetch(as({ date }), requestTo('Echo'))).status).toBe(200);
  });

  test('rejects an unsigned request', async () => {
    const { headers = {}, body } = requestTo('Echo');
    const response = await fetch(endpoint, { method: 'POST', headers, body: String(body) });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  test('sends errors in the protocol of the service', async () => {
    const response = await signedFetch(as(), requestTo('Refuse'));
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(await response.json()).toEqual({
      __type: 'ResourceNotFoundException',
      message: 'Event bus does not exist.',
    });
  });

  test('hides the details of an unexpected error', async () => {
    const response = await signedFetch(as(), requestTo('Break'));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  test('escapes XML in Query protocol responses', async () => {
    const response = await signedFetch(as({ service: 'sns' }), { method: 'POST', path: '/', body: 'Action=Publish' });
    expect(await response.text()).toContain('<PublishResult><MessageId>a&lt;b</MessageId></PublishResult>');
  });

  test('accepts wholly signed bodies and wraps errors for XML services other than S3', async () => {
    const response = await signedFetch(as({ service: 'cloudfront' }), { method: 'POST', path: '/', body: '<a/>' });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchDistribution</Code>');
  });

  test('rejects a body larger than 10 MiB', async () => {
    const response = await signedFetch(as(), requestTo('Echo', JSON.stringify('x'.repeat(11 * 1024 * 1024))));
    expect(response.status).toBe(413);
  });

  test('names a service that the laptop does not have', async () => {
    const response = await signedFetch(as({ service: 'dynamodb' }), requestTo('Echo'));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('dynamodb');
  });
});
