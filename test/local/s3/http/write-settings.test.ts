import { codeOf, type S3Server, startS3 } from '../../../support/local/s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
  server.s3.putBucket('b', { versioning: 'Enabled' });
});
afterAll(async () => await server.close());

async function send(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const response = await server.fetch({ method, path, headers, ...(body !== undefined && { body }) });
  return { status: response.status, code: response.ok ? undefined : await codeOf(response), response };
}

const WRITES = [
  ['a PUT', 'PUT', '/b/k', {}, 'x'],
  ['a copy', 'PUT', '/b/copy', { 'x-amz-copy-source': 'b/source' }, undefined],
  ['an upload in parts', 'POST', '/b/k?uploads', {}, undefined],
] as const;

describe.each(WRITES)('%s', (_, method, path, given, body) => {
  beforeAll(async () => void (await send('PUT', '/b/source', {}, 'x')));
  const write = async (headers: Record<string, string>) => {
    const { status, code } = await send(method, path, { ...given, ...headers }, body);
    return [status, code];
  };

  test.each(['public-read', 'public-read-write', 'authenticated-read', 'aws-exec-read', 'bucket-owner-read', 'x'])(
    'is refused with the ACL %s, since the bucket has none',
    async (acl) => {
      expect(await write({ 'x-amz-acl': acl })).toEqual([400, 'AccessControlListNotSupported']);
    },
  );

  test.each(['full-control', 'read', 'read-acp', 'write', 'write-acp'])('is refused with a grant of %s', async (right) => {
    expect(await write({ [`x-amz-grant-${right}`]: 'id="1"' })).toEqual([400, 'AccessControlListNotSupported']);
  });

  test('is accepted with the private ACL, which grants nothing to others', async () => {
    expect(await write({ 'x-amz-acl': 'private' })).toEqual([200, undefined]);
  });

  test('is accepted with the ACL of the bucket’s owner, encryption by S3, a redirect and the expected owner', async () => {
    const headers = {
      'x-amz-acl': 'bucket-owner-full-control',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-website-redirect-location': '/a',
      'x-amz-expected-bucket-owner': '000000000000',
    };
    expect(await write(headers)).toEqual([200, undefined]);
  });

  test.each([
    ['x-amz-object-lock-mode', 'GOVERNANCE', 400, 'InvalidRequest'],
    ['x-amz-object-lock-retain-until-date', '2030-01-01T00:00:00Z', 400, 'InvalidRequest'],
    ['x-amz-object-lock-legal-hold', 'ON', 400, 'InvalidRequest'],
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256', 403, 'AccessDenied'],
    ['x-amz-server-side-encryption-customer-key', 'AA==', 403, 'AccessDenied'],
    ['x-amz-server-side-encryption', 'aws:kms', 501, 'NotImplemented'],
    ['x-amz-server-side-encryption', 'rot13', 400, 'InvalidArgument'],
    ['x-amz-website-redirect-location', 'ftp://a', 400, 'InvalidRedirectLocation'],
    ['x-amz-storage-class', 'EXPRESS_ONEZONE', 400, 'InvalidStorageClass'],
    ['x-amz-storage-class', 'glacier', 400, 'InvalidStorageClass'],
    ['x-amz-expected-bucket-owner', '111111111111', 403, 'AccessDenied'],
    ['x-amz-tagging', 'aws:a=b', 400, 'InvalidTag'],
  ])('is refused with %s: %s', async (name, value, status, code) => {
    expect(await write({ [name]: value })).toEqual([status, code]);
  });
});

test('an archived object can be neither read nor copied, but its head and its deletion can', async () => {
  for (const storageClass of ['GLACIER', 'DEEP_ARCHIVE']) {
    expect((await send('PUT', '/b/old', { 'x-amz-storage-class': storageClass }, 'x')).status).toBe(200);
    expect(await send('GET', '/b/old')).toMatchObject({ status: 403, code: 'InvalidObjectState' });
    expect(await send('GET', '/b/old', { range: 'bytes=0-0' })).toMatchObject({ status: 403, code: 'InvalidObjectState' });
    expect(await send('PUT', '/b/new', { 'x-amz-copy-source': 'b/old' })).toMatchObject({ code: 'ObjectNotInActiveTierError' });
    const { status, response } = await send('HEAD', '/b/old');
    expect([status, response.headers.get('x-amz-storage-class')]).toEqual([200, storageClass]);
    expect((await send('DELETE', '/b/old')).status).toBe(204);
  }
  for (const storageClass of ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'REDUCED_REDUNDANCY']) {
    expect((await send('PUT', '/b/kept', { 'x-amz-storage-class': storageClass }, 'x')).status).toBe(200);
    expect((await send('GET', '/b/kept')).status).toBe(200);
  }
});

test('the ACL of a bucket or object is full control for its owner and cannot be set', async () => {
  await send('PUT', '/b/k', {}, 'x');
  for (const path of ['/b?acl', '/b/k?acl']) {
    const { status, response } = await send('GET', path);
    expect([status, await response.text()]).toEqual([200, expect.stringContaining('<Permission>FULL_CONTROL</Permission>')]);
    expect(await send('PUT', path, { 'x-amz-acl': 'private' })).toMatchObject({ code: 'AccessControlListNotSupported' });
  }
  expect(await send('GET', '/b/missing?acl')).toMatchObject({ code: 'NoSuchKey' });
});

test('creating a bucket succeeds for one of the template, as in us-east-1, and creates no other', async () => {
  const { status, response } = await send('PUT', '/b');
  expect([status, response.headers.get('location')]).toEqual([200, '/b']);
  const located = (region: string) =>
    `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  expect((await send('PUT', '/b', {}, '<CreateBucketConfiguration/>')).status).toBe(200);
  expect(await send('PUT', '/b', {}, located('eu-west-1'))).toMatchObject({ code: 'IllegalLocationConstraintException' });
  expect(await send('PUT', '/b', { 'x-amz-acl': 'public-read' })).toMatchObject({ code: 'AccessControlListNotSupported' });
  expect(await send('PUT', '/other')).toMatchObject({ status: 501, code: 'NotImplemented' });
  expect((await send('GET', '/other')).status).toBe(404);
});
