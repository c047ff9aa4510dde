import { createHash, randomBytes } from 'node:crypto';
import {
  type ChecksumAlgorithm,
  type ChecksumType,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
/** Algorithms that S3 supports for each checksum type. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
const COMPOSITE = ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const;
const FULL_OBJECT = ['CRC32', 'CRC32C', 'CRC64NVME'] as const;

describe('checksums of a multipart upload', () => {
  const parts = [randomBytes(5 * 1024 * 1024), Buffer.from('end')];
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
  });
  afterAll(async () => await server.close());

  const create = async (Key: string, ChecksumAlgorithm?: ChecksumAlgorithm, ChecksumType?: ChecksumType) => {
    const target = { Bucket: 'b', Key };
    const command = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm, ChecksumType });
    const { UploadId } = await server.client.send(command);
    return { ...target, UploadId };
  };
  type Target = Awaited<ReturnType<typeof create>>;
  const valueOf = (output: Partial<UploadPartCommandOutput>, algorithm: ChecksumAlgorithm): string =>
    output[`Checksum${algorithm}` as 'ChecksumCRC32'] ?? '';
  const send = async (target: Target, algorithm: (typeof ALGORITHMS)[number], bodies = parts) => {
    const sent = [];
    for (const [index, Body] of bodies.entries()) {
      const numbered = { ...target, PartNumber: index + 1 };
      const part = await server.client.send(new UploadPartCommand({ ...numbered, Body, ChecksumAlgorithm: algorithm }));
      const value = valueOf(part, algorithm);
      sent.push({ PartNumber: index + 1, ETag: part.ETag, [`Checksum${algorithm}`]: value });
    }
    return sent;
  };
  const complete = (
    target: Target,
    Parts: { PartNumber: number }[],
    more: Partial<CompleteMultipartUploadCommandInput> = {},
  ) => server.client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...more }));
  const spoiltValue = (value: string): string => {
    const bytes = Buffer.from(value, 'base64');
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return bytes.toString('base64');
  };

  test.each(FULL_OBJECT)(
    '%s of the whole object equals that of a single upload; a wrong one is rejected',
    async (algorithm) => {
      const inOneGo = { Bucket: 'b', Key: 'one-go', Body: Buffer.concat(parts), ChecksumAlgorithm: algorithm };
      const expected = valueOf(await server.client.send(new PutObjectCommand(inOneGo)), algorithm);
      const target = await create(`full-${algorithm}`, algorithm, 'FULL_OBJECT');
      const sent = await send(target, algorithm);
      const named = (value: string) => ({ [`Checksum${algorithm}`]: value, ChecksumType: 'FULL_OBJECT' as const });
      const wrong = complete(target, sent, named(spoiltValue(expected)));
      await expect(wrong).rejects.toMatchObject({ name: 'BadDigest', $metadata: { httpStatusCode: 400 } });
      await complete(target, sent, named(expected));
      const { Bucket, Key } = target;
      const head = await server.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(head).toMatchObject({ [`Checksum${algorithm}`]: expected, ChecksumType: 'FULL_OBJECT' });
    },
  );

  test.each(COMPOSITE)(
    'composite %s is computed from the checksums of the parts; a wrong one is rejected',
    async (algorithm) => {
      const target = await create(`composite-${algorithm}`, algorithm, 'COMPOSITE');
      const sent = await send(target, algorithm);
      const named = (value: string) => ({ [`Checksum${algorithm}`]: value });
      const wrong = complete(target, sent, named(`${spoiltValue('AAAAAAAA')}-2`));
      await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
      const completed = await complete(target, sent);
      const ofParts = Buffer.concat(sent.map((part) => Buffer.from(valueOf(part, algorithm), 'base64')));
      const inOneGo = { Bucket: 'b', Key: 'checksums', Body: ofParts, ChecksumAlgorithm: algorithm };
      const expected = valueOf(await server.client.send(new PutObjectCommand(inOneGo)), algorithm);
      expect(valueOf(completed, algorithm)).toBe(`${expected}-2`);
    },
  );

  test.each(ALGORITHMS)('a wrong %s of a part is rejected at its upload and at completion', async (algorithm) => {
    const target = await create(`part-${algorithm}`, algorithm);
    const [right] = await send(target, algorithm, [Buffer.from('part')]);
    const value = spoiltValue(valueOf({ ...right }, algorithm));
    const claim = { [`Checksum${algorithm}`]: value };
    const wrong = server.client.send(new UploadPartCommand({ ...target, PartNumber: 2, Body: 'part', ...claim }));
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
    const completed = complete(target, [{ PartNumber: 1, ...right, ...claim }]);
    await expect(completed).rejects.toMatchObject({ name: 'InvalidPart' });
    await complete(target, [{ PartNumber: 1, ...right }]);
  });

  test.each([
    ['SHA256', 'FULL_OBJECT'],
    ['SHA1', 'FULL_OBJECT'],
    ['CRC64NVME', 'COMPOSITE'],
  ] as const)('an upload cannot be created with %s as %s', async (algorithm, type) => {
    await expect(create('impossible', algorithm, type)).rejects.toMatchObject({ name: 'InvalidRequest' });
  });

  test('a checksum of another algorithm than that of the upload is rejected', async () => {
    const target = await create('mixed', 'SHA256');
    await expect(send(target, 'CRC32', [Buffer.from('x')])).rejects.toMatchObject({ name: 'InvalidRequest' });
    const sent = await send(target, 'SHA256', [Buffer.from('x')]);
    await expect(complete(target, sent, { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({
      name: 'InvalidRequest',
    });
  });

  test('a wrong Content-MD5 of a part and a wrong size of the object are rejected', async () => {
    const target = await create('sized');
    const md5 = createHash('md5').update('other').digest('base64');
    const wrong = server.client.send(new UploadPartCommand({ ...target, PartNumber: 1, Body: 'x', ContentMD5: md5 }));
    await expect(wrong).rejects.toMatchObject({ name: 'BadDigest' });
    const sent = await send(target, 'CRC32', [Buffer.from('four')]);
    await expect(complete(target, sent, { MpuObjectSize: 5 })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await complete(target, sent, { MpuObjectSize: 4 });
  });
});
