import { HeadBucketCommand, ListBucketsCommand, ListObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../../support/local/s3-server.ts';

describe('listings', () => {
  let server: S3Server;
  const keys = ['a', 'b/1', 'b/2', 'b/c/3', 'b0', 'c/', 'c/x', 'é', '\u{ffee}', '🎬', 'z/1'];
  /** Keys in the order of their UTF-8 bytes, as in S3. */
  const sorted = keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));

  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('list');
    for (const key of keys) await server.s3.put({ bucket: 'list', key, body: key });
  });
  afterAll(async () => await server.close());

  test('return keys in the order of their UTF-8 bytes', async () => {
    const listed = await server.client.send(new ListObjectsV2Command({ Bucket: 'list' }));
    expect(listed.Contents?.map((item) => item.Key)).toEqual(sorted);
    expect(listed.KeyCount).toBe(keys.length);
  });

  test('group keys into common prefixes by a delimiter', async () => {
    const listed = await server.client.send(new ListObjectsV2Command({ Bucket: 'list', Delimiter: '/' }));
    expect(listed.CommonPrefixes?.map((item) => item.Prefix)).toEqual(['b/', 'c/', 'z/']);
    expect(listed.Contents?.map((item) => item.Key)).toEqual(['a', 'b0', 'é', '\u{ffee}', '🎬']);
    const below = await server.client.send(
      new ListObjectsV2Command({ Bucket: 'list', Delimiter: '/', Prefix: 'b/', StartAfter: 'b/1' }),
    );
    expect(below.Contents?.map((item) => item.Key)).toEqual(['b/2']);
    expect(below.CommonPrefixes).toEqual([{ Prefix: 'b/c/' }]);
  });

  test.each([1, 2, 3])('return every key and prefix once in pages of %i', async (MaxKeys) => {
    for (const Delimiter of [undefined, '/']) {
      const seen: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await server.client.send(
          new ListObjectsV2Command({ Bucket: 'list', MaxKeys, Delimiter, ContinuationToken }),
        );
        seen.push(...(page.Contents ?? []).map((item) => item.Key));
        seen.push(...(page.CommonPrefixes ?? []).map((item) => item.Prefix));
        ContinuationToken = page.NextContinuationToken;
        expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
      } while (ContinuationToken !== undefined);
      const whole = Delimiter === undefined ? sorted : ['a', 'b/', 'b0', 'c/', 'z/', 'é', '\u{ffee}', '🎬'];
      expect(seen).toHaveLength(whole.length);
      expect(new Set(seen)).toEqual(new Set(whole));
    }
  });

  test('page by marker in the first version of the API', async () => {
    const seen: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await server.client.send(
        new ListObjectsCommand({ Bucket: 'list', MaxKeys: 2, Delimiter: '/', Marker }),
      );
      seen.push(...(page.Contents ?? []).map((item) => item.Key));
      seen.push(...(page.CommonPrefixes ?? []).map((item) => item.Prefix));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(seen).toHaveLength(8);
  });

  test('return no keys if max-keys is 0', async () => {
    const listed = await server.client.send(new ListObjectsV2Command({ Bucket: 'list', MaxKeys: 0 }));
    expect(listed).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  test('reject an invalid continuation token', async () => {
    const list = server.client.send(new ListObjectsV2Command({ Bucket: 'list', ContinuationToken: 'not/ours!' }));
    await expect(list).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  test('return all pages in process', async () => {
    server.s3.putBucket('many');
    const puts = Array.from({ length: 1005 }, (_, index) =>
      server.s3.put({ bucket: 'many', key: `k/${index}`, body: '' }),
    );
    await Promise.all(puts);
    const seen: string[] = [];
    for await (const item of server.s3.list({ bucket: 'many', prefix: 'k/' })) seen.push(item.key);
    expect(new Set(seen).size).toBe(1005);
  });

  test('return all buckets, and HEAD finds each', async () => {
    const { Buckets } = await server.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map((bucket) => bucket.Name)).toContain('list');
    await server.client.send(new HeadBucketCommand({ Bucket: 'list' }));
    await expect(server.client.send(new HeadBucketCommand({ Bucket: 'missing' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 404 },
    });
  });
});
