import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Resource } from '../../../local/cloud/resource.ts';
import { s3Providers } from '../../../local/s3/providers.ts';
import { S3 } from '../../../local/s3/s3.ts';

describe('buckets of the template', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 's3-providers-'));
  let s3: S3;
  beforeAll(async () => {
    s3 = await S3.open({ dir, publish: async () => undefined });
  });
  afterAll(async () => {
    await s3.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const provision = async (type: string, properties: Record<string, unknown>) => {
    const resource: Resource = { stack: 'S', logicalId: 'B', type, properties, physicalName: 's-b' };
    return await s3Providers(s3)
      .find((provider) => provider.type === type)
      ?.provision(resource);
  };

  test('have the same attributes as on AWS', async () => {
    expect(await provision('AWS::S3::Bucket', {})).toEqual({
      ref: 's-b',
      attributes: {
        Arn: 'arn:aws:s3:::s-b',
        DomainName: 's-b.s3.amazonaws.com',
        RegionalDomainName: 's-b.s3.us-east-1.amazonaws.com',
        DualStackDomainName: 's-b.s3.dualstack.us-east-1.amazonaws.com',
        WebsiteURL: 'http://s-b.s3-website-us-east-1.amazonaws.com',
      },
    });
    expect(s3.findBucket('s-b')).toMatchObject({ eventBridge: false, corsRules: [] });
    expect(s3.findBucket('s-b')?.versioning).toBeUndefined();
  });

  test('apply their properties, and drop them with the template', async () => {
    await s3.put({ bucket: 's-b', key: 'kept', body: 'x' });
    await provision('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: {} },
      CorsConfiguration: { CorsRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], MaxAge: 5 }] },
    });
    expect(s3.findBucket('s-b')).toMatchObject({
      versioning: 'Enabled',
      eventBridge: true,
      corsRules: [{ allowedMethods: ['GET'], allowedOrigins: ['*'], maxAgeSeconds: 5 }],
    });
    await provision('AWS::S3::Bucket', {});
    expect(s3.findBucket('s-b')).toMatchObject({ eventBridge: false, corsRules: [] });
    expect(await s3.getObject({ bucket: 's-b', key: 'kept' })).toMatchObject({ sizeBytes: 1 });
  });

  test('keep their policy', async () => {
    const PolicyDocument = { Version: '2012-10-17', Statement: [] };
    expect(await provision('AWS::S3::BucketPolicy', { Bucket: 's-b', PolicyDocument })).toEqual({ ref: 's-b' });
    expect(s3.findBucket('s-b')?.policy).toEqual(PolicyDocument);
  });
});
