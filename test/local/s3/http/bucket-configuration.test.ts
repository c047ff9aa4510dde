import { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import { type S3Server, startS3 } from '../../../support/local/s3-server.ts';

describe('the location of a bucket', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startS3();
    server.s3.putBucket('located');
  });
  afterAll(() => server.close());

  test('is empty, as S3 sends it for us-east-1', async () => {
    const { LocationConstraint } = await server.client.send(new GetBucketLocationCommand({ Bucket: 'located' }));
    // The SDK reads an empty element as undefined.
    expect(LocationConstraint).toBeUndefined();
  });

  test('is an error for a missing bucket', async () => {
    const response = server.client.send(new GetBucketLocationCommand({ Bucket: 'missing' }));
    await expect(response).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
