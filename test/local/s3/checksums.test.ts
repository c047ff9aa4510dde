import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type ChecksumAlgorithm, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { sha256, signedFetch, signerFor, signHeaders, type Signing } from '../../support/local/sign-request.ts';
import { codeOf, type S3Server, startS3 } from '../../support/local/s3-server.ts';

/** Checksums of "hello". */
const CHECKSUMS: Record<string, string> = {
  crc32: 'NhCmhg==',
  crc32c: 'mnG7TA==',
  crc64nvme: 'M3eFcAZSQlc=',
  sha1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
};

describe('checksums and payloads', () => {
  let server: S3Server;
  let signing: Signing;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('b');
    ({ signing } = server);
  });
  afterAll(async () => await server.close());

  const put = async (headers: Record<string, string>, body: string | Buffer = 'hello', key = 'k') =>
    await signedFetch(signing, {
      method: 'PUT',
      path: `/b/${key}`,
      headers: { 'x-amz-content-sha256': sha256(body), ...headers },
      body,
    });
  const absent = async (key: string) =>
    await expect(server.s3.getObject({ bucket: 'b', key })).rejects.toMatchObject({ code: 'NoSuchKey' });

  test.each(Object.entries(CHECKSUMS))('verifies, stores and returns %s from a header', async (name, value) => {
    const stored = await put({ [`x-amz-checksum-${name}`]: value });
    expect(stored.status).toBe(200);
    expect(stored.headers.get(`x-amz-checksum-${name}`)).toBe(value);
    const got = await signedFetch(signing, {
      method: 'GET',
      path: '/b/k',
      headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-checksum-mode': 'ENABLED' },
    });
    expect(got.headers.get(`x-amz-checksum-${name}`)).toBe(value);
    expect(got.headers.get('x-amz-checksum-type')).toBe('FULL_OBJECT');
  });

  test.each(Object.entries(CHECKSUMS))('rejects a wrong %s and stores nothing', async (name, value) => {
    const wrong = Buffer.from(value, 'base64');
    wrong[0] = (wrong[0] ?? 0) ^ 1;
    const response = await put({ [`x-amz-checksum-${name}`]: wrong.toString('base64') }, 'hello', `wrong-${name}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<Code>BadDigest</Code>');
    await absent(`wrong-${name}`);
  });

  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as ChecksumAlgorithm[])(
    'the SDK sends %s and reads the same value back',
    async (ChecksumAlgorithm) => {
      await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'sdk', Body: 'film', ChecksumAlgorithm }));
      const got = await server.client.send(new GetObjectCommand({ Bucket: 'b', Key: 'sdk', ChecksumMode: 'ENABLED' }));
      expect(await got.Body?.transformToString()).toBe('film');
      expect(got[`Checksum${ChecksumAlgorithm}` as 'ChecksumCRC32']).toEqual(expect.any(String));
    },
  );

  test.each<[string, Record<string, string>, string]>([
    ['a checksum of the wrong length', { 'x-amz-checksum-crc32': 'AAAA' }, 'InvalidRequest'],
    ['two checksums', { 'x-amz-checksum-crc32': 'NhCmhg==', 'x-amz-checksum-crc32c': 'mnG7TA==' }, 'InvalidRequest'],
    ['a declared checksum that is missing', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
    ['a wrong Content-MD5', { 'content-md5': createHash('md5').update('other').digest('base64') }, 'BadDigest'],
    ['an invalid Content-MD5', { 'content-md5': 'abc' }, 'InvalidDigest'],
    ['a body other than the signed one', { 'x-amz-content-sha256': sha256('other') }, 'XAmzContentSHA256Mismatch'],
    ['an unknown kind of payload', { 'x-amz-content-sha256': 'STREAMING-SOMETHING' }, 'InvalidArgument'],
  ])('rejects %s', async (_case, headers, code) => {
    const response = await put(headers, 'hello', 'rejected');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    await absent('rejected');
  });

  test('accepts a correct Content-MD5', async () => {
    const md5 = createHash('md5').update('hello').digest('base64');
    expect((await put({ 'content-md5': md5 })).status).toBe(200);
  });

  describe('aws-chunked', () => {
    const date = new Date();
    const pieces = [Buffer.alloc(70_000, 'a'), Buffer.alloc(9, 'b')];
    const whole = Buffer.concat(pieces);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(whole));
    const checksum = crc.toString('base64');

    const signChunks = async (seed: string, trailer: string | undefined): Promise<Buffer> => {
      const signer = signerFor(signing);
      const longDate = date.toISOString().replace(/[-:]|\.\d+/g, '');
      const scope = `${longDate.slice(0, 8)}/us-east-1/s3/aws4_request`;
      let previous = seed;
      const sign = async (algorithm: string, ...hashes: string[]) => {
        previous = await signer.sign([algorithm, longDate, scope, previous, ...hashes].join('\n'), {
          signingDate: date,
        });
        return previous;
      };
      const body: (Buffer | string)[] = [];
      for (const piece of [...pieces, Buffer.alloc(0)]) {
        const signature = await sign('AWS4-HMAC-SHA256-PAYLOAD', sha256(''), sha256(piece));
        body.push(`${piece.length.toString(16)};chunk-signature=${signature}\r\n`);
        if (piece.length > 0) body.push(piece, '\r\n');
      }
      if (trailer !== undefined) {
        const signature = await sign('AWS4-HMAC-SHA256-TRAILER', sha256(`${trailer}\n`));
        body.push(`${trailer}\r\nx-amz-trailer-signature:${signature}\r\n`);
      }
      body.push('\r\n');
      return Buffer.concat(body.map((piece) => Buffer.from(piece)));
    };

    const send = async (
      kind: string,
      trailer: string | undefined,
      spoil: (body: Buffer) => Buffer = (body) => body,
      key = 'chunked',
      declared = trailer?.split(':')[0],
      decodedLength = whole.length,
    ): Promise<Response> => {
      const request = {
        method: 'PUT',
        path: `/b/${key}`,
        headers: {
          'content-encoding': 'aws-chunked',
          'x-amz-content-sha256': kind,
          'x-amz-decoded-content-length': `${decodedLength}`,
          ...(declared === undefined ? {} : { 'x-amz-trailer': declared }),
        },
      };
      const headers = await signHeaders({ ...signing, date }, request);
      const seed = /Signature=(\w+)/.exec(headers['authorization'] ?? '')?.[1] ?? '';
      const body = kind.includes('UNSIGNED')
        ? Buffer.from(`${whole.length.toString(16)}\r\n${whole.toString()}\r\n0\r\n${trailer}\r\n\r\n`)
        : await signChunks(seed, trailer);
      return await fetch(`${server.endpoint}${request.path}`, {
        method: 'PUT',
        headers,
        body: Uint8Array.from(spoil(body)),
      });
    };
    const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
    const right = `x-amz-checksum-crc32:${checksum}`;

    test.each([
      [SIGNED, undefined],
      [`${SIGNED}-TRAILER`, right],
      ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', right],
    ])('decodes %s', async (kind, trailer) => {
      expect((await send(kind, trailer)).status).toBe(200);
      const stored = await server.s3.getObject({ bucket: 'b', key: 'chunked' });
      expect(stored.etag).toBe(createHash('md5').update(whole).digest('hex'));
      expect(stored.headers).not.toHaveProperty('content-encoding');
    });

    test('rejects a modified signed chunk', async () => {
      const response = await send(SIGNED, undefined, (body) => body.fill('z', 1000, 1001), 'spoilt');
      expect(response.status).toBe(403);
      expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
      await absent('spoilt');
    });

    test('rejects a modified signed trailer', async () => {
      const response = await send(
        `${SIGNED}-TRAILER`,
        right,
        (body) => Buffer.from(body.toString('latin1').replace(checksum, 'AAAAAA=='), 'latin1'),
        'spoilt',
      );
      expect(await response.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
      await absent('spoilt');
    });

    test.each(Object.entries(CHECKSUMS))('rejects a wrong %s in the trailer', async (name, ofOther) => {
      const trailer = `x-amz-checksum-${name}:${ofOther}`;
      for (const kind of ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', `${SIGNED}-TRAILER`]) {
        const response = await send(kind, trailer, undefined, 'spoilt');
        expect(response.status).toBe(400);
        expect(await codeOf(response)).toBe('BadDigest');
      }
      await absent('spoilt');
    });

    test.each([
      ['of another algorithm than declared', `x-amz-checksum-crc32c:${CHECKSUMS['crc32c']}`, 'x-amz-checksum-crc32'],
      ['that is not a checksum', 'x-amz-checksum-crc32:AAAA', 'x-amz-checksum-crc32'],
      ['declared with two algorithms', right, 'x-amz-checksum-crc32,x-amz-checksum-sha1'],
    ])('rejects a trailer %s', async (_case, trailer, declared) => {
      const response = await send('STREAMING-UNSIGNED-PAYLOAD-TRAILER', trailer, undefined, 'spoilt', declared);
      expect(response.status).toBe(400);
      expect(await codeOf(response)).toBe('InvalidRequest');
      await absent('spoilt');
    });

    test('rejects a body longer or shorter than its decoded length', async () => {
      for (const length of [whole.length - 1, whole.length + 1]) {
        const response = await send(SIGNED, undefined, undefined, 'spoilt', undefined, length);
        expect(await codeOf(response)).toBe('IncompleteBody');
      }
      await absent('spoilt');
    });

    test('rejects a body without its last chunk', async () => {
      const response = await send(SIGNED, undefined, (body) => body.subarray(0, 70_200), 'spoilt');
      expect(await response.text()).toContain('<Code>IncompleteBody</Code>');
      await absent('spoilt');
    });
  });
});
