import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { signHeaders } from '../../../support/local/sign-request.ts';
import { type S3Server, startS3 } from '../../../support/local/s3-server.ts';

const MIB = 1024 * 1024;

function md5(data: Buffer) {
  return createHash('md5').update(data).digest();
}

describe('multipart uploads', () => {
  let server: S3Server;
  const parts = [randomBytes(5 * MIB), randomBytes(5 * MIB + 1), randomBytes(3)];
  const whole = Buffer.concat(parts);

  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b', { versioning: 'Enabled' });
  });
  afterAll(async () => await server.close());

  const create = async (Key: string) => {
    const created = await server.client.send(new CreateMultipartUploadCommand({ Bucket: 'b', Key }));
    return { Bucket: 'b', Key, UploadId: created.UploadId ?? '' };
  };
  type Target = Awaited<ReturnType<typeof create>>;
  const upload = async (target: Target, PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
    const { ETag } = await server.client.send(new UploadPartCommand({ ...target, PartNumber, Body }));
    return { PartNumber, ETag };
  };
  const complete = async (target: Target, Parts: CompletedPart[]) =>
    await server.client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts } }));

  test('combine parts sent in any order, and one of them twice, into one object', async () => {
    const target = await create('film');
    const third = await upload(target, 3, parts[2] ?? Buffer.alloc(0));
    await upload(target, 1, randomBytes(5 * MIB));
    const second = await upload(target, 2, parts[1] ?? Buffer.alloc(0));
    const first = await upload(target, 1, parts[0] ?? Buffer.alloc(0));
    const completed = await complete(target, [first, second, third]);
    const expected = md5(Buffer.concat(parts.map(md5))).toString('hex');
    expect(completed.ETag).toBe(`"${expected}-3"`);

    const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'film' }));
    expect(whole.equals(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(true);
    const seam = await server.client.send(
      new GetObjectCommand({ Bucket: 'b', Key: 'film', Range: `bytes=${5 * MIB - 2}-${10 * MIB + 2}` }),
    );
    const bytes = Buffer.from((await seam.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(whole.subarray(5 * MIB - 2, 10 * MIB + 3))).toBe(true);
    const part = await server.client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'film', PartNumber: 2 }));
    expect(part).toMatchObject({ PartsCount: 3, ContentLength: 5 * MIB + 1 });
  });

  test('remove the bytes of replaced and omitted parts', async () => {
    const before = server.files().length;
    const target = await create('replaced');
    await upload(target, 1, Buffer.from('first'));
    const second = await upload(target, 1, Buffer.from('second'));
    expect(server.files()).toHaveLength(before + 1);
    await upload(target, 2, Buffer.from('left out'));
    await complete(target, [second]);
    expect(server.files()).toHaveLength(before + 1);
    const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'replaced' }));
    expect(await got.Body?.transformToString()).toBe('second');
  });

  test('reject a part whose upload is aborted while it is sent, and remove its bytes', async () => {
    const before = server.files().toSorted();
    const { UploadId, ...target } = await create('overtaken');
    const headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    const path = `/b/overtaken?partNumber=1&uploadId=${UploadId}`;
    const request = http.request(server.endpoint + path, {
      method: 'PUT',
      headers: {
        ...(await signHeaders(server.signing, { method: 'PUT', path, headers })),
        'content-length': 1_000_001,
      },
    });
    request.write(Buffer.alloc(1_000_000));
    while (server.files().length === before.length) await setTimeout(5);
    await server.client.send(new AbortMultipartUploadCommand({ ...target, UploadId }));
    request.end('x');
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    expect(response.statusCode).toBe(404);
    expect(await text(response)).toContain('<Code>NoSuchUpload</Code>');
    expect(server.files().toSorted()).toEqual(before);
  });

  test('return the same result when completed again', async () => {
    const target = await create('again');
    const only = await upload(target, 1, Buffer.from('x'));
    const first = await complete(target, [only]);
    const second = await complete(target, [only]);
    expect(second).toMatchObject({ ETag: first.ETag, VersionId: first.VersionId });
  });

  test('continue after a restart', async () => {
    const target = await create('resumed');
    await upload(target, 1, parts[0] ?? Buffer.alloc(0));
    server = await server.restart();
    const listed = await server.client.send(new ListPartsCommand(target));
    expect(listed.Parts).toMatchObject([{ PartNumber: 1, Size: 5 * MIB }]);
    const second = await upload(target, 2, Buffer.from('end'));
    await complete(target, [{ PartNumber: 1, ETag: listed.Parts?.[0]?.ETag }, second]);
    const head = await server.client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'resumed' }));
    expect(head.ContentLength).toBe(5 * MIB + 3);
  });

  test('remove an aborted upload and the bytes of its parts', async () => {
    const before = server.files().toSorted();
    const target = await create('aborted');
    await upload(target, 1, Buffer.from('x'));
    await upload(target, 2, Buffer.from('y'));
    expect(server.files()).toHaveLength(before.length + 2);
    await server.client.send(new AbortMultipartUploadCommand(target));
    expect(server.files().toSorted()).toEqual(before);
    await expect(upload(target, 2, Buffer.from('y'))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(server.client.send(new ListPartsCommand(target))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    await expect(server.client.send(new HeadObjectCommand({ Bucket: 'b', Key: 'aborted' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test('list uploads in progress and their parts in pages', async () => {
    const one = await create('listed/1');
    await create('listed/2');
    for (const number of [1, 2, 3]) await upload(one, number, Buffer.from('x'));
    const uploads = await server.client.send(new ListMultipartUploadsCommand({ Bucket: 'b', Prefix: 'listed/' }));
    expect(uploads.Uploads?.map((item) => item.Key)).toEqual(['listed/1', 'listed/2']);
    const page = await server.client.send(new ListPartsCommand({ ...one, MaxParts: 2 }));
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    const remainder = await server.client.send(new ListPartsCommand({ ...one, PartNumberMarker: '2' }));
    expect(remainder.Parts?.map((part) => part.PartNumber)).toEqual([3]);
  });

  describe('reject completion with', () => {
    let target: Target;
    let small: CompletedPart;
    let big: CompletedPart;
    beforeAll(async () => {
      target = await create('rejected');
      small = await upload(target, 1, Buffer.from('x'));
      big = await upload(target, 2, parts[0] ?? Buffer.alloc(0));
    });
    test.each<[string, () => CompletedPart[], string]>([
      ['a part other than the last that is too small', () => [small, big], 'EntityTooSmall'],
      ['parts out of order', () => [big, small], 'InvalidPartOrder'],
      ['a part twice', () => [big, big], 'InvalidPartOrder'],
      ['a missing part', () => [big, { PartNumber: 7, ETag: big.ETag }], 'InvalidPart'],
      ['the ETag of another part', () => [{ PartNumber: 2, ETag: small.ETag }], 'InvalidPart'],
      ['no parts', () => [], 'MalformedXML'],
    ])('%s', async (_case, chosen, name) => {
      await expect(complete(target, chosen())).rejects.toMatchObject({ name });
    });
    test('a part number beyond 10,000', async () => {
      await expect(upload(target, 10_001, Buffer.from('x'))).rejects.toMatchObject({ name: 'InvalidArgument' });
    });
  });

  test('copy parts from ranges of an object', async () => {
    await server.s3.put({ bucket: 'b', key: 'source', body: whole });
    const target = await create('assembled');
    const copy = async (PartNumber: number, CopySourceRange?: string) => {
      const copied = await server.client.send(
        new UploadPartCopyCommand({ ...target, PartNumber, CopySource: 'b/source', CopySourceRange }),
      );
      return { PartNumber, ETag: copied.CopyPartResult?.ETag };
    };
    await expect(copy(3, `bytes=0-${whole.length}`)).rejects.toMatchObject({ name: 'InvalidArgument' });
    const first = await copy(1, `bytes=10-${6 * MIB}`);
    const second = await copy(2);
    await complete(target, [first, second]);
    await server.s3.delete({ bucket: 'b', key: 'source' });
    const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'assembled' }));
    const expected = Buffer.concat([whole.subarray(10, 6 * MIB + 1), whole]);
    expect(expected.equals(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(true);
  });
});
