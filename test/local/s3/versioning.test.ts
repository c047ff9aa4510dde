import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

describe('versions', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('versioned', { versioning: 'Enabled' });
    server.s3.putBucket('plain');
  });
  afterAll(async () => await server.close());
  const put = async (Bucket: string, Key: string, Body: string) =>
    await server.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const read = async (Bucket: string, Key: string, VersionId?: string) => {
    const got = await server.client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return await got.Body?.transformToString();
  };

  test('are all readable, and the latest is the default', async () => {
    const first = await put('versioned', 'k', 'one');
    const second = await put('versioned', 'k', 'two');
    expect(await read('versioned', 'k')).toBe('two');
    expect(await read('versioned', 'k', first.VersionId)).toBe('one');
    expect(await read('versioned', 'k', second.VersionId)).toBe('two');
    const unknown = read('versioned', 'k', 'unknown');
    await expect(unknown).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  test('are hidden by a delete marker until it is deleted', async () => {
    await put('versioned', 'hidden', 'kept');
    const deleted = await server.client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'hidden' }));
    expect(deleted.DeleteMarker).toBe(true);
    await expect(read('versioned', 'hidden')).rejects.toMatchObject({ name: 'NoSuchKey' });
    const marker = { Bucket: 'versioned', Key: 'hidden', VersionId: deleted.VersionId };
    await expect(server.client.send(new HeadObjectCommand(marker))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 405 },
    });
    await server.client.send(new DeleteObjectCommand(marker));
    expect(await read('versioned', 'hidden')).toBe('kept');
  });

  test('revert to the previous one when the latest is deleted', async () => {
    await put('versioned', 'back', 'one');
    const second = await put('versioned', 'back', 'two');
    await server.client.send(
      new DeleteObjectCommand({ Bucket: 'versioned', Key: 'back', VersionId: second.VersionId }),
    );
    expect(await read('versioned', 'back')).toBe('one');
  });

  test('do not exist in an unversioned bucket, which replaces and deletes permanently', async () => {
    const first = await put('plain', 'k', 'one');
    expect(first.VersionId).toBeUndefined();
    await put('plain', 'k', 'two');
    const listed = await server.client.send(new ListObjectVersionsCommand({ Bucket: 'plain' }));
    expect(listed.Versions).toMatchObject([{ Key: 'k', VersionId: 'null', IsLatest: true, Size: 3 }]);
    await server.client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'k' }));
    const after = await server.client.send(new ListObjectVersionsCommand({ Bucket: 'plain' }));
    expect(after.Versions).toBeUndefined();
    expect(after.DeleteMarkers).toBeUndefined();
  });

  test('are kept when versioning is suspended; only the null version is replaced', async () => {
    server.s3.putBucket('suspended', { versioning: 'Enabled' });
    const kept = await put('suspended', 'k', 'kept');
    server.s3.putBucket('suspended', { versioning: 'Suspended' });
    await put('suspended', 'k', 'null one');
    await put('suspended', 'k', 'null two');
    const status = await server.client.send(new GetBucketVersioningCommand({ Bucket: 'suspended' }));
    expect(status.Status).toBe('Suspended');
    expect(await read('suspended', 'k', kept.VersionId)).toBe('kept');
    expect(await read('suspended', 'k', 'null')).toBe('null two');
    const listed = await server.client.send(new ListObjectVersionsCommand({ Bucket: 'suspended' }));
    expect(listed.Versions?.map((version) => version.VersionId)).toEqual(['null', kept.VersionId]);
  });

  test('are listed in pages without omissions, with their delete markers', async () => {
    server.s3.putBucket('pages', { versioning: 'Enabled' });
    const expected: string[] = [];
    for (const key of ['a', 'b', 'c/d', 'c/e']) {
      const ids: string[] = [];
      for (const body of ['1', '2', '3']) ids.unshift(`${key} ${(await put('pages', key, body)).VersionId}`);
      const gone = await server.client.send(new DeleteObjectCommand({ Bucket: 'pages', Key: key }));
      expected.push(`${key} ${gone.VersionId}`, ...ids);
    }
    const seen: string[] = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await server.client.send(
        new ListObjectVersionsCommand({ Bucket: 'pages', MaxKeys: 3, KeyMarker, VersionIdMarker }),
      );
      const items = [...(page.DeleteMarkers ?? []), ...(page.Versions ?? [])];
      expect(items.length).toBeLessThanOrEqual(3);
      seen.push(...items.map((item) => `${item.Key} ${item.VersionId}`));
      ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
    } while (KeyMarker !== undefined);
    expect(seen.toSorted()).toEqual(expected.toSorted());
    const grouped = await server.client.send(new ListObjectVersionsCommand({ Bucket: 'pages', Delimiter: '/' }));
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'c/' }]);
  });
});
