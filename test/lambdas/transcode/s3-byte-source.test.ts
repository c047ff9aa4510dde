import { randomBytes } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3ByteSource } from '../../../lambdas/transcode/s3-byte-source.ts';
import { type S3Server, startS3 } from '../../support/local/s3-server.ts';

let server: S3Server;
const content = randomBytes(3_000_000);
let requests = 0;
beforeAll(async () => {
  server = await startS3();
  server.s3.putBucket('b');
  await server.client.send(new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: content }));
  server.client.middlewareStack.add((next) => (args) => {
    requests += 1;
    return next(args);
  }, { step: 'initialize' });
});
afterAll(() => server.close());

function open() {
  return s3ByteSource(server.client, { bucket: 'b', key: 'k', versionId: 'etag:any' }, content.length);
}

test('reads the bytes of the object anywhere, and fewer only at its end', async () => {
  const source = open();
  for (const [offset, length] of [
    [0, 16],
    [262_140, 8],
    [1_000_000, 600_000],
    [2_999_990, 100],
    [3_000_000, 8],
    [5, 0],
  ] as const) {
    expect(Buffer.from(await source.read(offset, length)).equals(content.subarray(offset, offset + length))).toBe(true);
  }
});

test('combines adjacent small reads into one request, and fetches only missing blocks for a longer read', async () => {
  const source = open();
  requests = 0;
  for (let offset = 0; offset < 200_000; offset += 1000) await source.read(offset, 16);
  expect(requests).toBe(1);
  await source.read(0, 1_000_000);
  expect(requests).toBe(2);
});
