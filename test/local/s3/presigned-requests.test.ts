import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { presign, type Signing } from '../../support/local/sign-request.ts';
import { codeOf, type S3Server, startS3 } from '../../support/local/s3-server.ts';

describe('presigned requests', () => {
  let server: S3Server;
  let signing: Signing;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
    ({ signing } = server);
    await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'hello' }));
  });
  afterAll(async () => await server.close());

  test('GET returns the object with the headers requested in the URL', async () => {
    const path =
      '/b/k?response-content-type=text%2Fplain&response-content-disposition=attachment%3B%20filename%3D%22a%22';
    const response = await fetch(await presign(signing, { method: 'GET', path }));
    expect(await response.text()).toBe('hello');
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a"');
  });

  test('PUT stores its body', async () => {
    const url = await presign(signing, { method: 'PUT', path: '/b/put%20%2B%ED%95%9C' });
    expect((await fetch(url, { method: 'PUT', body: 'film', headers: { 'content-type': 'video/mp4' } })).status).toBe(
      200,
    );
    const stored = await server.s3.getObject({ bucket: 'b', key: 'put +한' });
    expect(stored).toMatchObject({ sizeBytes: 4, contentType: 'video/mp4' });
  });

  test.each<[string, Record<string, string>]>([
    ['content-type', { 'content-type': 'text/html' }],
    ['x-amz-meta-owner', { 'x-amz-meta-owner': 'mallory' }],
    ['if-none-match', { 'if-none-match': 'x' }],
    ['x-amz-checksum-sha256', { 'x-amz-checksum-sha256': 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=' }],
  ])('%s must be sent exactly as signed', async (name, changed) => {
    const headers = {
      'content-type': 'video/mp4',
      'x-amz-meta-owner': 'alice',
      'if-none-match': '*',
      'x-amz-checksum-sha256': createHash('sha256').update('x').digest('base64'),
    };
    const path = `/b/signed-${name}`;
    const url = await presign(signing, { method: 'PUT', path, headers });
    const { [name as keyof typeof headers]: _left, ...fewer } = headers;
    for (const wrong of [{ ...headers, ...changed }, fewer]) {
      const rejected = await fetch(url, { method: 'PUT', body: 'x', headers: wrong });
      expect(rejected.status).toBe(403);
      expect(await codeOf(rejected)).toBe('SignatureDoesNotMatch');
    }
    const spoilt = await fetch(url, { method: 'PUT', body: 'y', headers });
    expect(await codeOf(spoilt)).toBe('BadDigest');
    expect((await fetch(url, { method: 'PUT', body: 'x', headers })).status).toBe(200);
    expect(await codeOf(await fetch(url, { method: 'PUT', body: 'x', headers }))).toBe('PreconditionFailed');
  });

  test('rejects an unsigned x-amz header', async () => {
    const url = await presign(signing, { method: 'PUT', path: '/b/sneaky' });
    const response = await fetch(url, {
      method: 'PUT',
      body: 'x',
      headers: { 'x-amz-tagging': 'sluice:published=true' },
    });
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('AccessDenied');
  });

  test.each<[string, (url: string) => string]>([
    ['another key', (url) => url.replace('/b/k?', '/b/other?')],
    ['another expiry', (url) => url.replace('X-Amz-Expires=300', 'X-Amz-Expires=3000')],
    ['another signature', (url) => url.replace(/X-Amz-Signature=[0-9a-f]/, 'X-Amz-Signature=z')],
    ['another bucket', (url) => url.replace('/b/k?', '/c/k?')],
    ['another time', (url) => url.replace(/\dZ&/, (second) => `${(Number.parseInt(second, 10) + 1) % 10}Z&`)],
    ['an additional parameter', (url) => `${url}&versionId=null`],
    ['another operation', (url) => `${url}&tagging=`],
    ['fewer signed headers', (url) => url.replace('X-Amz-SignedHeaders=host', 'X-Amz-SignedHeaders=x')],
  ])('%s invalidates the signature', async (_case, tamper) => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' });
    expect(tamper(url)).not.toBe(url);
    const response = await fetch(tamper(url));
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('SignatureDoesNotMatch');
  });

  test.each(['PUT', 'DELETE', 'POST'])('the method %s is rejected with the signature of a GET', async (method) => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' });
    const response = await fetch(url, { method });
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('SignatureDoesNotMatch');
    expect(await server.s3.getObject({ bucket: 'b', key: 'k' })).toMatchObject({ sizeBytes: 5 });
  });

  test('reports an expired URL', async () => {
    const date = new Date(Date.now() - 400_000);
    const response = await fetch(await presign({ ...signing, date }, { method: 'GET', path: '/b/k' }));
    expect(response.status).toBe(403);
    const body = await response.text();
    expect(body).toContain('<Code>AccessDenied</Code>');
    expect(body).toContain('<Message>Request has expired</Message>');
  });

  test('reports a URL that is not yet valid, and tolerates a clock slightly ahead', async () => {
    const of = async (aheadMs: number) =>
      fetch(await presign({ ...signing, date: new Date(Date.now() + aheadMs) }, { method: 'GET', path: '/b/k' }));
    const tomorrow = await of(24 * 3_600_000);
    expect(tomorrow.status).toBe(403);
    expect(await tomorrow.text()).toContain('<Code>AccessDenied</Code><Message>Request is not yet valid</Message>');
    expect((await of(10 * 60_000)).status).toBe(200);
  });

  test.each([
    ['without an expiry', /&?X-Amz-Expires=\d+/, ''],
    ['with an invalid expiry', /X-Amz-Expires=\d+/, 'X-Amz-Expires=soon'],
    ['with a negative expiry', /X-Amz-Expires=\d+/, 'X-Amz-Expires=-1'],
    ['with two expiries', /X-Amz-Expires=\d+/, 'X-Amz-Expires=300&X-Amz-Expires=30000'],
    ['without a credential', /&?X-Amz-Credential=[^&]+/, ''],
    ['with a malformed credential', /X-Amz-Credential=[^&]+/, 'X-Amz-Credential=me'],
    ['without a date', /&?X-Amz-Date=\w+/, ''],
    ['without signed headers', /&?X-Amz-SignedHeaders=\w+/, ''],
    ['without a signature', /&?X-Amz-Signature=\w+/, ''],
    ['with another algorithm', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'],
  ])('rejects a URL %s as malformed', async (_case, part, replacement) => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' });
    const response = await fetch(url.replace(part, replacement));
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('AuthorizationQueryParametersError');
  });

  test('rejects a presigned URL with a signature in the headers', async () => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' });
    const response = await fetch(url, { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x' } });
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('InvalidArgument');
  });

  test('limits the validity of a URL to one week', async () => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' }, 604_800);
    expect((await fetch(url)).status).toBe(200);
    const longer = await fetch(url.replace('604800', '604801'));
    expect(await codeOf(longer)).toBe('AuthorizationQueryParametersError');
  });

  test("a role's URL contains its session token", async () => {
    const credentials = server.credentials.forRole('arn:aws:iam::000000000000:role/r', 'f', 3_600_000);
    const url = await presign({ ...signing, credentials }, { method: 'GET', path: '/b/k' });
    expect(await (await fetch(url)).text()).toBe('hello');
    const { sessionToken: _token, ...keys } = credentials;
    const bare = await presign({ ...signing, credentials: keys }, { method: 'GET', path: '/b/k' });
    expect(await codeOf(await fetch(bare))).toBe('InvalidToken');
  });

  test('names an unknown access key', async () => {
    const credentials = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' };
    const url = await presign({ ...signing, credentials }, { method: 'GET', path: '/b/k' });
    expect(await codeOf(await fetch(url))).toBe('InvalidAccessKeyId');
  });

  test('rejects an unsigned read', async () => {
    const response = await fetch(`${server.endpoint}/b/k`);
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('AccessDenied');
  });
});
