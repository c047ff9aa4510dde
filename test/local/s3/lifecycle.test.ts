import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { s3Providers } from '../../../local/s3/providers.ts';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

const DAY_MS = 24 * 3_600_000;
const BUCKET = 'test-bucket';

let server: S3Server;
beforeEach(async () => void (server = await startS3()));
afterEach(() => server.close());

async function provision(rule: object, { versioned = true } = {}): Promise<void> {
  const provider = s3Providers(server.s3).find(({ type }) => type === 'AWS::S3::Bucket');
  await provider?.provision({
    stack: 'S',
    logicalId: 'B',
    type: 'AWS::S3::Bucket',
    physicalName: BUCKET,
    properties: {
      NotificationConfiguration: { EventBridgeConfiguration: {} },
      LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...rule }] },
      ...(versioned && { VersioningConfiguration: { Status: 'Enabled' } }),
    },
  });
}

async function put(Key: string, Body = 'x', Tagging = ''): Promise<string> {
  const { VersionId = 'null' } = await server.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, Tagging }));
  return VersionId;
}

async function remove(Key: string): Promise<string> {
  const { VersionId = 'null' } = await server.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  return VersionId;
}

/** Returns ids of versions and delete markers, the newest first per key. */
async function list(): Promise<(string | undefined)[]> {
  const { Versions = [], DeleteMarkers = [] } = await server.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }));
  const all = [...Versions, ...DeleteMarkers].toSorted((a, b) => Number(a.LastModified) - Number(b.LastModified));
  return all.map(({ VersionId }) => VersionId);
}

/** Carries out the rules at the first midnight UTC that is `days` days away, or a millisecond before it. */
function expireAfter(days: number, offsetMs = 0): Promise<void> {
  return server.s3.expireObjects(Math.ceil((Date.now() + days * DAY_MS) / DAY_MS) * DAY_MS + offsetMs);
}

test('removes a version the given days after another one has replaced it, at midnight UTC, with its bytes', async () => {
  await provision({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } });
  const [first, second, current] = [await put('a', '1'), await put('a', '2'), await put('a', '3')];
  const other = await put('b');
  await expireAfter(30, -1);
  expect(new Set(await list())).toEqual(new Set([first, second, current, other]));
  expect(server.files()).toHaveLength(4);
  await expireAfter(30);
  expect(new Set(await list())).toEqual(new Set([current, other]));
  expect(server.files()).toHaveLength(2);
  await server.eventsReach(6);
  expect(server.events.slice(4).map(({ detail }) => detail)).toMatchObject(
    [first, second].map((id) => ({
      object: { key: 'a', 'version-id': id },
      reason: 'Lifecycle Expiration',
      'deletion-type': 'Permanently Deleted',
      requester: 's3.amazonaws.com',
    })),
  );
});

test('counts the days of a deleted object from its deletion, and leaves the delete marker', async () => {
  await provision({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } });
  const version = await put('a');
  const marker = await remove('a');
  await expireAfter(1, -1);
  expect(await list()).toEqual([version, marker]);
  await expireAfter(1);
  expect(await list()).toEqual([marker]);
});

test('keeps the newest replaced versions that a rule names', async () => {
  await provision({ NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 1 } });
  const ids = [await put('a'), await put('a'), await put('a')];
  await expireAfter(1);
  expect(new Set(await list())).toEqual(new Set(ids.slice(1)));
});

test('expires a current version by a delete marker, and later the marker that is left alone', async () => {
  await provision({ ExpirationInDays: 14, NoncurrentVersionExpiration: { NoncurrentDays: 1 } });
  const version = await put('a');
  await expireAfter(14, -1);
  expect(await list()).toEqual([version]);
  await expireAfter(14);
  const [, marker] = await list();
  expect(marker).toBeDefined();
  await expireAfter(1);
  expect(await list()).toEqual([marker]);
  await expireAfter(14);
  expect(await list()).toEqual([]);
});

test('expires an object of an unversioned bucket for good, but not one written since', async () => {
  await provision({ ExpirationInDays: 1 }, { versioned: false });
  await put('a');
  await expireAfter(0);
  expect(await list()).toEqual(['null']);
  await expireAfter(1);
  expect(await list()).toEqual([]);
  expect(server.files()).toEqual([]);
});

test('moves tagged objects of 128 KB or more to another storage class, where they cannot be read', async () => {
  const TagFilters = [{ Key: 'archived', Value: 'true' }];
  await provision({ TagFilters, Transitions: [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 0 }] }, { versioned: false });
  const large = 'x'.repeat(128 * 1024);
  await put('archived', large, 'archived=true');
  await put('small', 'x', 'archived=true');
  await put('untagged', large);
  await expireAfter(0);
  await expireAfter(1);
  const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  expect(Contents.map(({ Key, StorageClass }) => [Key, StorageClass])).toEqual([
    ['archived', 'DEEP_ARCHIVE'],
    ['small', 'STANDARD'],
    ['untagged', 'STANDARD'],
  ]);
  const get = new GetObjectCommand({ Bucket: BUCKET, Key: 'archived' });
  await expect(server.client.send(get)).rejects.toMatchObject({ name: 'InvalidObjectState' });
});

test('removes delete markers without versions at any age on request', async () => {
  await provision({ ExpiredObjectDeleteMarker: true });
  const lonely = await remove('a');
  const version = await put('b');
  const marker = await remove('b');
  expect(await list()).toContain(lonely);
  await server.s3.expireObjects(Date.now());
  expect(await list()).toEqual([version, marker]);
});

test('aborts uploads that are unfinished after the given days, with their parts', async () => {
  await provision({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } });
  const upload = { Bucket: BUCKET, Key: 'a' };
  const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(upload));
  await server.client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'part' }));
  const count = async () => (await server.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads?.length;
  await expireAfter(7, -1);
  expect([await count(), server.files().length]).toEqual([1, 1]);
  await expireAfter(7);
  expect([await count(), server.files().length]).toEqual([undefined, 0]);
});

test.each([
  ['prefix', { Prefix: 'logs/' }],
  ['tags', { TagFilters: [{ Key: 'kind', Value: 'log' }] }],
  ['size', { ObjectSizeGreaterThan: 3, ObjectSizeLessThan: 5 }],
])('applies a rule only to objects that match its %s', async (_filter, filter) => {
  await provision({ ExpirationInDays: 1, ...filter }, { versioned: false });
  await put('logs/a', 'four', 'kind=log');
  await put('other', 'longer', 'kind=film');
  await expireAfter(1);
  expect((await server.client.send(new ListObjectVersionsCommand({ Bucket: BUCKET }))).Versions?.map(({ Key }) => Key)).toEqual(['other']);
});

test('ignores a disabled rule, and refuses what it does not support', async () => {
  await provision({ Status: 'Disabled', ExpirationInDays: 1 });
  const version = await put('a');
  await expireAfter(100);
  expect(await list()).toEqual([version]);
  const NoncurrentVersionTransitions = [{ StorageClass: 'GLACIER', TransitionInDays: 1 }];
  await expect(provision({ NoncurrentVersionTransitions })).rejects.toThrow('NoncurrentVersionTransitions');
});
