import { signerFor, type Signing } from '../../../support/local/sign-request.ts';
import { codeOf, type S3Server, startS3 } from '../../../support/local/s3-server.ts';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const PUBLISHED = '<Tagging><TagSet><Tag><Key>sluice:published</Key><Value>true</Value></Tag></TagSet></Tagging>';

type Conditions = (Record<string, string> | (string | number)[])[];

describe('form uploads', () => {
  let server: S3Server;
  let signing: Signing;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b', { eventBridge: true });
    ({ signing } = server);
  });
  afterAll(async () => await server.close());

  /** Makes the fields that a server gives to a browser. */
  const sign = async (
    conditions: Conditions,
    { expiresInSeconds = 300, expiration }: { expiresInSeconds?: number; expiration?: string } = {},
  ): Promise<Record<string, string>> => {
    const date = new Date();
    const longDate = date.toISOString().replace(/[-:]|\.\d+/g, '');
    const fields = {
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': `${signing.credentials.accessKeyId}/${longDate.slice(0, 8)}/us-east-1/s3/aws4_request`,
      'x-amz-date': longDate,
    };
    const document = {
      expiration: expiration ?? new Date(date.getTime() + expiresInSeconds * 1000).toISOString(),
      conditions: [...conditions, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))],
    };
    const policy = base64(JSON.stringify(document));
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

  test('store the file under the key, with its type, tags and metadata', async () => {
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

  test('insert the file name without its directories', async () => {
    const file = new File(['x'], '../../name.mp4');
    await post({ key: 'up/${filename}', ...(await sign(PLAIN)) }, file);
    expect(await server.s3.getObject({ bucket: 'b', key: 'up/name.mp4' })).toMatchObject({ sizeBytes: 1 });
  });

  test('store a large file that contains a boundary-like line unchanged', async () => {
    const bytes = Buffer.alloc(3_000_000, '\r\n--');
    await post({ key: 'up/large', ...(await sign(PLAIN)) }, new File([Uint8Array.from(bytes)], 'x'));
    const stored = await server.s3.getObject({ bucket: 'b', key: 'up/large' });
    const chunks: Buffer[] = [];
    for await (const chunk of stored.stream() as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  test('respond with the status or redirect that the form requests', async () => {
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

  test.each<[string, Conditions, Record<string, string>, number, string]>([
    ['another key', PLAIN, { key: 'elsewhere' }, 403, 'AccessDenied'],
    ['another bucket', [{ bucket: 'c' }, ['starts-with', '$key', '']], {}, 403, 'AccessDenied'],
    ['a field without a condition', PLAIN, { 'x-amz-meta-extra': '1' }, 403, 'AccessDenied'],
    ['tags without a condition', PLAIN, { tagging: PUBLISHED }, 403, 'AccessDenied'],
    ['a field that differs', [...PLAIN, ['eq', '$content-type', 'video/mp4']], { 'content-type': 'x' }, 403, 'AccessDenied'],
    ['a field that is longer', [...PLAIN, { 'x-amz-meta-by': 'me' }], { 'x-amz-meta-by': 'me too' }, 403, 'AccessDenied'],
    ['a field in other case', [...PLAIN, { 'x-amz-meta-by': 'me' }], { 'x-amz-meta-by': 'ME' }, 403, 'AccessDenied'],
    ['a field that is missing', [...PLAIN, { 'x-amz-meta-by': 'me' }], {}, 403, 'AccessDenied'],
    ['a missing field with a required prefix', [...PLAIN, ['starts-with', '$acl', 'p']], {}, 403, 'AccessDenied'],
    [
      'a type that does not begin so',
      [...PLAIN, ['starts-with', '$Content-Type', 'video/']],
      { 'Content-Type': 'video/mp4,text/html' },
      403,
      'AccessDenied',
    ],
    ['too many bytes', [...PLAIN, ['content-length-range', 0, 3]], {}, 400, 'EntityTooLarge'],
    ['too few bytes', [...PLAIN, ['content-length-range', 5, 10]], {}, 400, 'EntityTooSmall'],
    ['two disjoint length ranges', [...PLAIN, ['content-length-range', 0, 3], ['content-length-range', 4, 9]], {}, 400, 'EntityTooLarge'],
    ['a wrong checksum', [...PLAIN, ['starts-with', '$x-amz-checksum-crc32', '']], { 'x-amz-checksum-crc32': 'AAAAAA==' }, 400, 'BadDigest'],
    ['an unknown storage class', [...PLAIN, ['starts-with', '$x-amz-storage-class', '']], { 'x-amz-storage-class': 'SHELF' }, 400, 'InvalidStorageClass'],
    ['a key that is too long', PLAIN, { key: `up/${'k'.repeat(1022)}` }, 400, 'KeyTooLongError'],
    ['a wrong signature', PLAIN, { 'x-amz-signature': 'f'.repeat(64) }, 403, 'SignatureDoesNotMatch'],
    ['a policy that was not signed', PLAIN, { policy: base64('{}') }, 403, 'SignatureDoesNotMatch'],
    ['a policy without a signature', PLAIN, { 'x-amz-signature': '' }, 400, 'InvalidArgument'],
    ['a signature without a date', PLAIN, { 'x-amz-date': '' }, 400, 'InvalidArgument'],
    ['another algorithm', PLAIN, { 'x-amz-algorithm': 'AWS4-HMAC-SHA1' }, 400, 'InvalidArgument'],
    ['a session token that the key does not have', PLAIN, { 'x-amz-security-token': 't' }, 400, 'InvalidToken'],
    [
      'an unknown key id',
      PLAIN,
      { 'x-amz-credential': 'AKIANOBODY/20260101/us-east-1/s3/aws4_request', 'x-amz-date': '20260101T000000Z' },
      403,
      'InvalidAccessKeyId',
    ],
    ['a condition of an unknown kind', [...PLAIN, ['ends-with', '$key', 'x']], {}, 400, 'InvalidPolicyDocument'],
    ['a range of non-numbers', [...PLAIN, ['content-length-range', 'a', 'b']], {}, 400, 'InvalidPolicyDocument'],
  ])('reject %s and store nothing', async (_case, conditions, fields, status, code) => {
    const before = server.files().length;
    const key = fields['key'] ?? 'up/rejected';
    const response = await post({ key, ...(await sign(conditions)), ...fields });
    expect(response.status).toBe(status);
    expect(await codeOf(response)).toBe(code);
    await expect(server.s3.getObject({ bucket: 'b', key })).rejects.toMatchObject({ code: 'NoSuchKey' });
    expect(server.files()).toHaveLength(before);
  });

  test('allow both bounds of a length range', async () => {
    const conditions: Conditions = [...PLAIN, ['content-length-range', 4, 5]];
    for (const bytes of ['four', 'fives']) {
      const response = await post({ key: `up/${bytes}`, ...(await sign(conditions)) }, new File([bytes], 'x'));
      expect(response.status).toBe(204);
    }
  });

  test('reject an expired policy and an invalid expiration', async () => {
    const late = await post({ key: 'up/late', ...(await sign(PLAIN, { expiresInSeconds: -1 })) });
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Invalid according to Policy: Policy expired.');
    const odd = await post({ key: 'up/late', ...(await sign(PLAIN, { expiration: 'tomorrow' })) });
    expect(odd.status).toBe(400);
    expect(await codeOf(odd)).toBe('InvalidPolicyDocument');
    await expect(server.s3.getObject({ bucket: 'b', key: 'up/late' })).rejects.toMatchObject({ code: 'NoSuchKey' });
  });

  test('reject an incomplete form and store nothing', async () => {
    const before = server.files().length;
    const form = new FormData();
    for (const [name, value] of Object.entries({ key: 'up/cut', ...(await sign(PLAIN)) })) form.set(name, value);
    form.set('file', new File(['x'.repeat(1000)], 'x'));
    const whole = new Response(form);
    const body = Buffer.from(await whole.arrayBuffer());
    const response = await fetch(`${server.endpoint}/b`, {
      method: 'POST',
      headers: { 'content-type': whole.headers.get('content-type') ?? '' },
      body: Uint8Array.from(body.subarray(0, -100)),
    });
    expect(response.status).toBe(400);
    expect(await codeOf(response)).toBe('MalformedPOSTRequest');
    expect(server.files()).toHaveLength(before);
  });

  test('reject a form without a policy, a file or a key', async () => {
    expect(await (await post({ key: 'up/open' })).text()).toContain('<Code>AccessDenied</Code>');
    expect(await (await post(await sign(PLAIN))).text()).toContain("named 'key'");
    const form = new FormData();
    form.set('key', 'up/x');
    const response = await fetch(`${server.endpoint}/b`, { method: 'POST', body: form });
    expect(await response.text()).toContain('exactly one file');
  });
});
