import { PutObjectCommand } from '@aws-sdk/client-s3';
import { presign, type Signing } from '../aws-api/sign.ts';
import { type S3Server, startS3 } from './s3-server.ts';

const codeOf = async (response: Response): Promise<string | undefined> =>
  /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1];

describe('presigned requests', () => {
  let server: S3Server;
  let signing: Signing;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
    signing = { endpoint: server.endpoint, credentials: server.credentials.operator(), service: 's3' };
    await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: 'hello' }));
  });
  afterAll(async () => await server.close());

  test('GET gives the object, with the headers that the URL asks for', async () => {
    const path =
      '/b/k?response-content-type=text%2Fplain&response-content-disposition=attachment%3B%20filename%3D%22a%22';
    const response = await fetch(await presign(signing, { method: 'GET', path }));
    expect(await response.text()).toBe('hello');
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="a"');
  });

  test('PUT stores what it is sent', async () => {
    const url = await presign(signing, { method: 'PUT', path: '/b/put%20%2B%ED%95%9C' });
    expect((await fetch(url, { method: 'PUT', body: 'film', headers: { 'content-type': 'video/mp4' } })).status).toBe(
      200,
    );
    const stored = await server.s3.getObject({ bucket: 'b', key: 'put +한' });
    expect(stored).toMatchObject({ sizeBytes: 4, contentType: 'video/mp4' });
  });

  test('a signed header has to be sent as it was signed', async () => {
    const headers = { 'content-type': 'video/mp4' };
    const url = await presign(signing, { method: 'PUT', path: '/b/typed', headers });
    const wrong = await fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } });
    expect(await codeOf(wrong)).toBe('SignatureDoesNotMatch');
    expect((await fetch(url, { method: 'PUT', body: 'x', headers })).status).toBe(200);
  });

  test('an x-amz header that is not signed is refused', async () => {
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
    ['one more parameter', (url) => `${url}&versionId=null`],
    ['fewer signed headers', (url) => url.replace('X-Amz-SignedHeaders=host', 'X-Amz-SignedHeaders=x')],
  ])('%s makes the signature wrong', async (_case, tamper) => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' });
    expect(tamper(url)).not.toBe(url);
    const response = await fetch(tamper(url));
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('SignatureDoesNotMatch');
  });

  test('another method makes the signature wrong', async () => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' });
    expect(await codeOf(await fetch(url, { method: 'DELETE' }))).toBe('SignatureDoesNotMatch');
  });

  test('an expired URL says so', async () => {
    const date = new Date(Date.now() - 400_000);
    const response = await fetch(await presign({ ...signing, date }, { method: 'GET', path: '/b/k' }));
    expect(response.status).toBe(403);
    const body = await response.text();
    expect(body).toContain('<Code>AccessDenied</Code>');
    expect(body).toContain('<Message>Request has expired</Message>');
  });

  test('a URL may live for a week, not longer', async () => {
    const url = await presign(signing, { method: 'GET', path: '/b/k' }, 604_800);
    expect((await fetch(url)).status).toBe(200);
    const longer = await fetch(url.replace('604800', '604801'));
    expect(await codeOf(longer)).toBe('AuthorizationQueryParametersError');
  });

  test("a role's URL carries its session token", async () => {
    const credentials = server.credentials.forRole('arn:aws:iam::000000000000:role/r', 'f');
    const url = await presign({ ...signing, credentials }, { method: 'GET', path: '/b/k' });
    expect(await (await fetch(url)).text()).toBe('hello');
    const { sessionToken: _token, ...keys } = credentials;
    const bare = await presign({ ...signing, credentials: keys }, { method: 'GET', path: '/b/k' });
    expect(await codeOf(await fetch(bare))).toBe('InvalidToken');
  });

  test('an unknown key is named', async () => {
    const credentials = { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' };
    const url = await presign({ ...signing, credentials }, { method: 'GET', path: '/b/k' });
    expect(await codeOf(await fetch(url))).toBe('InvalidAccessKeyId');
  });

  test('nobody may read without a signature', async () => {
    const response = await fetch(`${server.endpoint}/b/k`);
    expect(response.status).toBe(403);
    expect(await codeOf(response)).toBe('AccessDenied');
  });
});
