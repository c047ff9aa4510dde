import { presign } from '../../../support/local/sign-request.ts';
import { type S3Server, startS3 } from '../../../support/local/s3-server.ts';

describe('cross-origin requests', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b', {
      corsRules: [
        {
          allowedMethods: ['PUT', 'GET'],
          allowedOrigins: ['https://*.example.com'],
          allowedHeaders: ['content-*', 'x-amz-*'],
          exposedHeaders: ['ETag'],
          maxAgeSeconds: 60,
        },
      ],
    });
    server.s3.putBucket('closed');
  });
  afterAll(async () => await server.close());
  const preflight = async (bucket: string, origin: string, method: string, headers = '') =>
    await fetch(`${server.endpoint}/${bucket}/key`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        ...(headers === '' ? {} : { 'access-control-request-headers': headers }),
      },
    });

  test('allows a preflight request that matches a rule', async () => {
    const response = await preflight('b', 'https://app.example.com', 'PUT', 'Content-Type, x-amz-date');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'content-type, x-amz-date',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '60',
    });
  });

  test('allows a preflight request for a presigned URL, which is signed for another method', async () => {
    const url = await presign(server.signing, { method: 'PUT', path: '/b/key' });
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' };
    expect((await fetch(url, { method: 'OPTIONS', headers })).status).toBe(200);
  });

  test.each([
    ['b', 'https://evil.com', 'PUT', ''],
    ['b', 'https://app.example.com', 'DELETE', ''],
    ['b', 'https://app.example.com', 'PUT', 'authorization'],
    ['closed', 'https://app.example.com', 'PUT', ''],
  ])('%s rejects %s %s %s', async (...request) => {
    const response = await preflight(...request);
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await response.text()).toContain('<Code>AccessForbidden</Code>');
  });

  test('lets a page read the response, including signature errors', async () => {
    const signing = { endpoint: server.endpoint, credentials: server.credentials.operator(), service: 's3' };
    const url = await presign(signing, { method: 'PUT', path: '/b/key' });
    const headers = { origin: 'https://app.example.com' };
    for (const target of [url, `${url}0`]) {
      const response = await fetch(target, { method: 'PUT', body: 'x', headers });
      expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
      expect(response.headers.get('vary')).toContain('Origin');
    }
    const foreign = await fetch(url, { method: 'PUT', body: 'x', headers: { origin: 'https://evil.com' } });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});
