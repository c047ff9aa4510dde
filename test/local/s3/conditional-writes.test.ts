import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { codeOf, type S3Server, startS3 } from '../../support/local/s3-server.ts';

describe('conditional writes', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
    server.s3.putBucket('versioned', { versioning: 'Enabled' });
  });
  afterAll(async () => await server.close());

  const put = (Key: string, Body: string, condition: { IfMatch?: string; IfNoneMatch?: string } = {}) =>
    server.client.send(new PutObjectCommand({ Bucket: 'b', Key, Body, ...condition }));
  const read = async (Key: string): Promise<string | undefined> =>
    (await server.client.send(new GetObjectCommand({ Bucket: 'b', Key }))).Body?.transformToString();
  /** Uploads one part without completing the upload. */
  const uploaded = async (Key: string, Body: string) => {
    const target = { Bucket: 'b', Key };
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(target));
    const { ETag } = await server.client.send(new UploadPartCommand({ ...target, UploadId, PartNumber: 1, Body }));
    return { ...target, UploadId, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
  };
  const errorOf = (code: string, status: number) => ({ name: code, $metadata: { httpStatusCode: status } });
  const oneOf = async (writers: Promise<unknown>[]): Promise<void> => {
    const results = await Promise.allSettled(writers);
    const reasons = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
    expect(reasons).toHaveLength(writers.length - 1);
    for (const reason of reasons) expect(reason).toMatchObject(errorOf('PreconditionFailed', 412));
  };

  test('let only one of several simultaneous If-None-Match writes succeed, and none after it', async () => {
    await oneOf(['1', '2', '3'].map((body) => put('once', body, { IfNoneMatch: '*' })));
    const kept = await read('once');
    await expect(put('once', 'later', { IfNoneMatch: '*' })).rejects.toMatchObject(errorOf('PreconditionFailed', 412));
    expect(await read('once')).toBe(kept);
  });

  test('let only one of several simultaneous If-Match writes succeed', async () => {
    const { ETag } = await put('seen', '0');
    await oneOf(['1', '2', '3'].map((body) => put('seen', body, { IfMatch: ETag })));
    expect(await read('seen')).not.toBe('0');
    await expect(put('absent', 'x', { IfMatch: ETag })).rejects.toMatchObject(errorOf('NoSuchKey', 404));
  });

  test('let only one of several uploads complete with If-None-Match; the others can be aborted', async () => {
    const uploads = await Promise.all(['1', '2', '3'].map((body) => uploaded('parts', body)));
    await oneOf(
      uploads.map((upload) => server.client.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*' }))),
    );
    const left = await server.fetch({ method: 'GET', path: '/b?uploads&prefix=parts' });
    expect((await left.text()).match(/<UploadId>/g)).toHaveLength(2);
  });

  test('apply If-Match to the completion of an upload', async () => {
    const { ETag } = await put('replaced', 'old');
    const upload = await uploaded('replaced', 'new');
    const stale = new CompleteMultipartUploadCommand({ ...upload, IfMatch: '"other"' });
    await expect(server.client.send(stale)).rejects.toMatchObject(errorOf('PreconditionFailed', 412));
    await server.client.send(new CompleteMultipartUploadCommand({ ...upload, IfMatch: ETag }));
    expect(await read('replaced')).toBe('new');
  });

  test('make one object of an upload that two clients complete, and report it to both', async () => {
    const upload = await uploaded('both', 'x');
    const [one, two] = await Promise.all(
      [1, 2].map(() => server.client.send(new CompleteMultipartUploadCommand(upload))),
    );
    expect(one?.ETag).toMatch(/^"\w{32}-1"$/);
    expect(two?.ETag).toBe(one?.ETag);
  });

  test('apply If-None-Match to copies', async () => {
    await put('source', 'x');
    const copy = () =>
      server.client.send(new CopyObjectCommand({ Bucket: 'b', Key: 'copy', CopySource: 'b/source', IfNoneMatch: '*' }));
    await copy();
    await expect(copy()).rejects.toMatchObject(errorOf('PreconditionFailed', 412));
  });

  test('do not delete a changed object', async () => {
    const { ETag } = await put('spared', 'old');
    await put('spared', 'new');
    const remove = (IfMatch?: string) =>
      server.client.send(new DeleteObjectCommand({ Bucket: 'b', Key: 'spared', IfMatch }));
    await expect(remove(ETag)).rejects.toMatchObject(errorOf('PreconditionFailed', 412));
    expect(await read('spared')).toBe('new');
    await remove('*');
    await expect(read('spared')).rejects.toMatchObject(errorOf('NoSuchKey', 404));
  });

  test('treat a delete marker as a missing object', async () => {
    const target = { Bucket: 'versioned', Key: 'k' };
    await server.client.send(new PutObjectCommand({ ...target, Body: 'x' }));
    await server.client.send(new DeleteObjectCommand(target));
    await server.client.send(new PutObjectCommand({ ...target, Body: 'y', IfNoneMatch: '*' }));
    const again = server.client.send(new PutObjectCommand({ ...target, Body: 'z', IfNoneMatch: '*' }));
    await expect(again).rejects.toMatchObject(errorOf('PreconditionFailed', 412));
  });

  const remove = (Key: string) => server.client.send(new DeleteObjectCommand({ Bucket: 'b', Key }));

  test('of an upload in parts conflict with a deletion after its creation, until another upload is created', async () => {
    const upload = await uploaded('deleted', 'x');
    await remove('deleted');
    const complete = (IfNoneMatch?: string) =>
      server.client.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch }));
    await expect(complete('*')).rejects.toMatchObject(errorOf('ConditionalRequestConflict', 409));
    const again = await uploaded('deleted', 'y');
    await server.client.send(new CompleteMultipartUploadCommand({ ...again, IfNoneMatch: '*' }));
    await expect(complete('*')).rejects.toMatchObject(errorOf('PreconditionFailed', 412));
    await complete();
    expect(await read('deleted')).toBe('x');
  });

  test('fail for a repeated completion, whose object exists by then', async () => {
    const upload = await uploaded('repeated', 'x');
    const complete = () => server.client.send(new CompleteMultipartUploadCommand({ ...upload, IfNoneMatch: '*' }));
    await complete();
    await expect(complete()).rejects.toMatchObject(errorOf('PreconditionFailed', 412));
  });

  test.each([
    ['POST', '/b/x?uploads'],
    ['PUT', '/b/x?uploadId=u&partNumber=1'],
  ])('are not implemented for %s %s', async (method, path) => {
    const response = await server.fetch({ method, path, headers: { 'if-none-match': '*' }, body: 'x' });
    expect([response.status, await codeOf(response)]).toEqual([501, 'NotImplemented']);
  });

  test('reject If-None-Match with an ETag', async () => {
    const response = await server.fetch({
      method: 'PUT',
      path: '/b/x',
      headers: { 'if-none-match': '"e"' },
      body: 'x',
    });
    expect(response.status).toBe(501);
    expect(await codeOf(response)).toBe('NotImplemented');
  });
});
