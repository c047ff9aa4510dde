import { type Signing, signerFor } from '../aws-api/sign.ts';
import { type S3Server, startS3 } from './s3-server.ts';

type Conditions = (Record<string, string> | (string | number)[])[];

describe('uploads by form', () => {
  let server: S3Server;
  let signing: Signing;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b', { eventBridge: true });
    signing = { endpoint: server.endpoint, credentials: server.credentials.operator(), service: 's3' };
  });
  afterAll(async () => await server.close());

  /** Fields as a server hands them to a browser. */
  const sign = async (conditions: Conditions, expiresInSeconds = 300): Promise<Record<string, string>> => {
    const date = new Date();
    const longDate = date.toISOString().replace(/[-:]|\.\d+/g, '');
    const fields = {
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': `${signing.credentials.accessKeyId}/${longDate.slice(0, 8)}/us-east-1/s3/aws4_request`,
      'x-amz-date': longDate,
    };
    const document = {
      expiration: new Date(date.getTime() + expiresInSeconds * 1000).toISOString(),
      conditions: [...conditions, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))],
    };
    const policy = Buffer.from(JSON.stringify(document)).toString('base64');
    return { ...fields, policy, 'x-amz-signature': await signerFor(signing).sign(policy, { signingDate: date }) };
  };
  const post = async (
    fields: Record<string, string>,
    file = new File(['film'], 'a film.mp4', { type: 'video/mp4' }),
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', file);
    return await fetch(`${server.endpoint}/b`, { method: 'POST', body: form, redirect: 'manual' });
  };
  const PLAIN: Conditions = [{ bucket: 'b' }, ['starts-with', '$key', 'up/']];

  test('stores the file under the key, with its type, tags and metadata', async () => {
    const key = 'up/한글 +&%41.mp4';
    const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>';
    const conditions: Conditions = [...PLAIN, { 'x-amz-meta-by': 'me' }, ['starts-with', '$tagging', '']];
    const response = await post({ key, ...(await sign(conditions)), 'x-amz-meta-by': 'me', tagging });
    expect(response.status).toBe(204);
    const stored = await server.s3.getObject({ bucket: 'b', key });
    expect(stored).toMatchObject({
      sizeBytes: 4,
      contentType: 'video/mp4',
      metadata: { by: 'me' },
      tags: [{ key: 'a', value: '1' }],
    });
    await server.eventsReach(1);
    expect(server.events[0]?.detail).toMatchObject({ reason: 'POST Object', object: { key } });
  });

  test('fills in the name of the file, without its folders', async () => {
    const file = new File(['x'], '../../name.mp4');
    await post({ key: 'up/${filename}', ...(await sign(PLAIN)) }, file);
    expect(await server.s3.getObject({ bucket: 'b', key: 'up/name.mp4' })).toMatchObject({ sizeBytes: 1 });
  });

  test('a large file that contains what looks like a boundary is kept to the byte', async () => {
    const bytes = Buffer.alloc(3_000_000, '\r\n--');
    await post({ key: 'up/large', ...(await sign(PLAIN)) }, new File([Uint8Array.from(bytes)], 'x'));
    const stored = await server.s3.getObject({ bucket: 'b', key: 'up/large' });
    const chunks: Buffer[] = [];
    for await (const chunk of stored.stream() as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test('answers as the form asks', async () => {
    const conditions: Conditions = [...PLAIN, { success_action_status: '201' }];
    const created = await post({ key: 'up/a', ...(await sign(conditions)), success_action_status: '201' });
    expect(created.status).toBe(201);
    expect(await created.text()).toContain('<Key>up/a</Key>');
    const url = 'http://example.com/done?x=1';
    const redirecting: Conditions = [...PLAIN, ['starts-with', '$success_action_redirect', 'http://example.com/']];
    const redirected = await post({ key: 'up/a', ...(await sign(redirecting)), success_action_redirect: url });
    expect(redirected.status).toBe(303);
    expect(redirected.headers.get('location')).toMatch(/^http:\/\/example\.com\/done\?x=1&bucket=b&key=up%2Fa&etag=/);
  });

  test.each<[string, Conditions, Record<string, string>, string]>([
    ['another key', PLAIN, { key: 'elsewhere' }, 'AccessDenied'],
    ['another bucket', [{ bucket: 'c' }, ['starts-with', '$key', '']], {}, 'AccessDenied'],
    ['a field without a condition', PLAIN, { 'x-amz-meta-extra': '1' }, 'AccessDenied'],
    ['a field that differs', [...PLAIN, ['eq', '$content-type', 'video/mp4']], { 'content-type': 'x' }, 'AccessDenied'],
    ['a field that is missing', [...PLAIN, { 'x-amz-meta-by': 'me' }], {}, 'AccessDenied'],
    [
      'a type that does not begin so',
      [...PLAIN, ['starts-with', '$Content-Type', 'video/']],
      { 'Content-Type': 'video/mp4,text/html' },
      'AccessDenied',
    ],
    ['too many bytes', [...PLAIN, ['content-length-range', 0, 3]], {}, 'EntityTooLarge'],
    ['too few bytes', [...PLAIN, ['content-length-range', 5, 10]], {}, 'EntityTooSmall'],
    ['a wrong signature', PLAIN, { 'x-amz-signature': 'f'.repeat(64) }, 'SignatureDoesNotMatch'],
    ['a policy that was not signed', PLAIN, { policy: Buffer.from('{}').toString('base64') }, 'SignatureDoesNotMatch'],
    [
      'an unknown key id',
      PLAIN,
      { 'x-amz-credential': 'AKIANOBODY/20260101/us-east-1/s3/aws4_request', 'x-amz-date': '20260101T000000Z' },
      'InvalidAccessKeyId',
    ],
    ['a condition of no known kind', [...PLAIN, ['ends-with', '$key', 'x']], {}, 'InvalidPolicyDocument'],
  ])('%s is refused and stores nothing', async (_case, conditions, fields, code) => {
    const key = fields['key'] ?? 'up/refused';
    const response = await post({ key, ...(await sign(conditions)), ...fields });
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    await expect(server.s3.getObject({ bucket: 'b', key })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('an expired policy is refused', async () => {
    const response = await post({ key: 'up/late', ...(await sign(PLAIN, -1)) });
    expect(await response.text()).toContain('Invalid according to Policy: Policy expired.');
  });

  test('a form without a policy, a file or a key is refused', async () => {
    expect(await (await post({ key: 'up/open' })).text()).toContain('<Code>AccessDenied</Code>');
    expect(await (await post(await sign(PLAIN))).text()).toContain("named 'key'");
    const form = new FormData();
    form.set('key', 'up/x');
    const response = await fetch(`${server.endpoint}/b`, { method: 'POST', body: form });
    expect(await response.text()).toContain('exactly one file');
  });
});
