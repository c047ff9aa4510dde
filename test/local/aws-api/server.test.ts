import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sendJson, sendQueryResult } from '../../../local/aws-api/responses.ts';
import { ApiError } from '../../../local/aws-api/api-error.ts';
import { Credentials } from '../../../local/aws-api/credentials.ts';
import { createApiServer } from '../../../local/aws-api/server.ts';
import type { ApiService } from '../../../local/aws-api/service.ts';
import { type RawRequest, type Signing, signedFetch, signHeaders } from '../../support/local/sign-request.ts';

const events: ApiService = {
  signingName: 'events',
  protocol: 'json',
  handle: async (call) => {
    const body: unknown = JSON.parse((await call.readBody()).toString());
    if (call.request.headers['x-amz-target'] === 'AWSEvents.Refuse') {
      throw new ApiError('ResourceNotFoundException', 400, 'There is no such bus');
    }
    if (call.request.headers['x-amz-target'] === 'AWSEvents.Break') throw new Error('a secret of the server');
    sendJson(call, { body, caller: call.caller.principalArn });
  },
};

const topics: ApiService = {
  signingName: 'sns',
  protocol: 'query',
  handle: async (call) => sendQueryResult(call, { action: 'Publish', namespace: 'urn:sns', result: { MessageId: 'a<b' } }),
};

function requestTo(target: string, body = '{"a":1}'): RawRequest {
  return {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSEvents.${target}` },
    body,
  };
}

/** As CloudFront: XML, unlike S3 with its body signed as a whole and its errors wrapped. */
const distributions: ApiService = {
  signingName: 'cloudfront',
  protocol: 'rest-xml',
  handle: async () => {
    throw new ApiError('NoSuchDistribution', 404, 'There is no such distribution');
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
  test('a signed call reaches its service with its caller', async () => {
    const role = credentials.forRole('arn:aws:iam::000000000000:role/r', 'f');
    const response = await signedFetch(as({ credentials: role }), requestTo('Echo'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(await response.json()).toEqual({
      body: { a: 1 },
      caller: 'arn:aws:sts::000000000000:assumed-role/r/f',
    });
  });

  test('a body other than the signed one is refused', async () => {
    const headers = await signHeaders(as(), requestTo('Echo'));
    const response = await fetch(endpoint, { method: 'POST', headers, body: '{"a":2}' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'SignatureDoesNotMatch' });
  });

  test('a changed header that is signed is refused', async () => {
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
  ])('an unknown key is refused in the words of %s', async (service, code) => {
    const unknown = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    const response = await signedFetch(as({ credentials: unknown, service }), requestTo('Echo'));
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(code);
  });

  test('a session without its token, or with a wrong one, is refused', async () => {
    const { sessionToken: _token, ...keys } = credentials.forRole('arn:aws:iam::000000000000:role/r', 'f');
    for (const given of [keys, { ...keys, sessionToken: 'forged' }]) {
      const response = await signedFetch(as({ credentials: given }), requestTo('Echo'));
      expect(await response.json()).toMatchObject({ __type: 'UnrecognizedClientException' });
    }
  });

  test.each([-16, 16])('a clock that is off by %i minutes is told so', async (minutes) => {
    const date = new Date(Date.now() + minutes * 60_000);
    const response = await signedFetch(as({ date }), requestTo('Echo'));
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'RequestTimeTooSkewed' });
  });

  test('a clock that is off by 14 minutes will do', async () => {
    const date = new Date(Date.now() - 14 * 60_000);
    expect((await signedFetch(as({ date }), requestTo('Echo'))).status).toBe(200);
  });

  test('a request without a signature is refused', async () => {
    const { headers = {}, body } = requestTo('Echo');
    const response = await fetch(endpoint, { method: 'POST', headers, body: String(body) });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  test('an error of a service has the shape of its protocol', async () => {
    const response = await signedFetch(as(), requestTo('Refuse'));
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
    expect(await response.json()).toEqual({ __type: 'ResourceNotFoundException', message: 'There is no such bus' });
  });

  test('an unexpected failure tells nothing of the inside', async () => {
    const response = await signedFetch(as(), requestTo('Break'));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  test('the Query protocol answers with escaped XML', async () => {
    const response = await signedFetch(as({ service: 'sns' }), { method: 'POST', path: '/', body: 'Action=Publish' });
    expect(await response.text()).toContain('<PublishResult><MessageId>a&lt;b</MessageId></PublishResult>');
  });

  test('an XML service other than S3 takes plainly signed bodies and wraps its errors', async () => {
    const response = await signedFetch(as({ service: 'cloudfront' }), { method: 'POST', path: '/', body: '<a/>' });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchDistribution</Code>');
  });

  test('a body beyond 10 MiB is refused', async () => {
    const response = await signedFetch(as(), requestTo('Echo', JSON.stringify('x'.repeat(11 * 1024 * 1024))));
    expect(response.status).toBe(413);
  });

  test('a service that the laptop does not have is named', async () => {
    const response = await signedFetch(as({ service: 'dynamodb' }), requestTo('Echo'));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('dynamodb');
  });
});
