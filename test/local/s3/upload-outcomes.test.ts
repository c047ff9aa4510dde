import { type S3Server, startS3 } from '../../support/local/s3-server.ts';
import { presign } from '../../support/local/sign-request.ts';
import { toUploadOutcome } from '../../../web/uploads/upload-outcome.ts';

describe('uploading from a browser', () => {
  let now = new Date('2026-06-01T12:00:00Z');
  let isSlow = false;
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3(undefined, { now: () => now, mustSlowDown: () => isSlow });
    const cors = { allowedMethods: ['PUT'], allowedOrigins: ['https://app.test'], allowedHeaders: ['*'], exposedHeaders: [] };
    server.s3.putBucket('b', { corsRules: [cors] });
  });
  afterAll(() => server.close());

  const sendPresigned = async (validForSeconds: number, sentAt: string): Promise<Response> => {
    now = new Date('2026-06-01T12:00:00Z');
    const credentials = server.credentials.forRole('arn:aws:iam::000000000000:role/api', 'api', 900_000);
    const signing = { ...server.signing, credentials, date: now };
    const url = await presign(signing, { method: 'PUT', path: '/b/k' }, validForSeconds);
    now = new Date(sentAt);
    return fetch(url, { method: 'PUT', body: 'hello', headers: { origin: 'https://app.test' } });
  };

  test('succeeds while URL and session are valid', async () => {
    const response = await sendPresigned(3600, '2026-06-01T12:14:59Z');
    expect(toUploadOutcome(response.status)).toBe('sent');
  });

  test('needs a new URL after the end of the session that signed it, although the URL promises an hour', async () => {
    const response = await sendPresigned(3600, '2026-06-01T12:15:00Z');
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('<Code>ExpiredToken</Code>')]);
    expect(toUploadOutcome(response.status)).toBe('retry-with-new-url');
  });

  test('is repeated with the same URL after 503 SlowDown, which the page may read', async () => {
    isSlow = true;
    const slowed = await sendPresigned(3600, '2026-06-01T12:01:00Z');
    isSlow = false;
    expect([slowed.status, await slowed.text()]).toEqual([503, expect.stringContaining('<Code>SlowDown</Code>')]);
    expect(slowed.headers.get('access-control-allow-origin')).toBe('https://app.test');
    expect(toUploadOutcome(slowed.status)).toBe('retry');
    expect((await fetch(slowed.url, { method: 'PUT', body: 'hello' })).status).toBe(200);
  });

  test('needs a new URL after the expiry of the URL', async () => {
    const response = await sendPresigned(60, '2026-06-01T12:01:01Z');
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
    expect(toUploadOutcome(response.status)).toBe('retry-with-new-url');
  });
});
