import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../../support/local/s3-server.ts';

describe('a copy', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
    await server.client.send(
      new PutObjectCommand({ Bucket: 'b', Key: 'src +ä', Body: 'data', Metadata: { a: '1' }, Tagging: 't=1' }),
    );
  });
  afterAll(async () => await server.close());
  const CopySource = `b/${encodeURIComponent('src +ä')}`;
  test('keeps headers, metadata and tags of its source', async () => {
    const copied = await server.client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'dst', CopySource }));
    expect(copied.CopyObjectResult?.ETag).toBe('"8d777f385d3dfec8815d20f7496026dc"');
    const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'dst' }));
    expect(await got.Body?.transformToString()).toBe('data');
    expect(got.Metadata).toEqual({ a: '1' });
    expect(got.TagCount).toBe(1);
  });
  test('replaces metadata and tags as its directives say', async () => {
    await server.client.send(
      new CopyObjectCommand({
        Bucket: 'b',
        Key: 'dst2',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
        TaggingDirective: 'REPLACE',
      }),
    );
    const head = await server.client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'dst2' }));
    expect(head.Metadata).toEqual({ b: '2' });
    expect(head.TagCount).toBeUndefined();
  });
  test('remains readable after its source is deleted', async () => {
    const target = { Bucket: 'b', Key: 'first' };
    await server.client.send(new PutObjectCommand({ ...target, Body: 'kept' }));
    await server.client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'second', CopySource: 'b/first' }));
    await server.client.send(new DeleteObjectCommand(target));
    const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'second' }));
    expect(await got.Body?.transformToString()).toBe('kept');
  });
  test('onto itself is rejected if it changes nothing', async () => {
    const copy = server.client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'src +ä', CopySource }));
    await expect(copy).rejects.toMatchObject({ name: 'InvalidRequest' });
  });
  test('is rejected if a condition fails', async () => {
    const copy = server.client.send(
      new CopyObjectCommand({ Bucket: 'b', Key: 'dst', CopySource, CopySourceIfNoneMatch: '*' }),
    );
    await expect(copy).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});
