import { Match, type Template } from 'aws-cdk-lib/assertions';
import { at, resources, synthesizeTemplates } from '../../support/lib/synthesize.ts';

const { data, delivery } = synthesizeTemplates();

function bucketIdOf(template: Template, output: string): string {
  return String(at(template.findOutputs(output), output, 'Value', 'Ref'));
}

const SOURCE = bucketIdOf(data, 'SourceBucketName');
const OUTPUT = bucketIdOf(data, 'OutputBucketName');

function propertiesOf(id: string) {
  return resources(data, 'AWS::S3::Bucket').get(id)?.Properties;
}

const buckets = [data, delivery].flatMap((template) => Array.from(resources(template, 'AWS::S3::Bucket').values()));

test('no bucket is public, has ACLs or stores objects unencrypted', () => {
  const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
  expect(buckets).toHaveLength(4);
  for (const { Properties } of buckets) {
    expect(Properties['PublicAccessBlockConfiguration']).toEqual(all);
    expect(Properties['OwnershipControls']).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
    expect(Properties['BucketEncryption']).toBeDefined();
  }
});

test('every bucket refuses requests without TLS', () => {
  const refusal = Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  const policy = { PolicyDocument: { Statement: Match.arrayWith([refusal]) } };
  data.allResourcesProperties('AWS::S3::BucketPolicy', policy);
  delivery.allResourcesProperties('AWS::S3::BucketPolicy', policy);
  const policies = [data, delivery].map((template) => resources(template, 'AWS::S3::BucketPolicy').size);
  expect(policies).toEqual([1, 3]);
});

test('an unfinished upload is aborted after seven days', () => {
  const rule = { Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } };
  for (const { Properties } of buckets) {
    expect(at(Properties, 'LifecycleConfiguration', 'Rules')).toContainEqual(expect.objectContaining(rule));
  }
});

test('a replaced upload can be restored for a month', () => {
  expect(propertiesOf(SOURCE)).toMatchObject({
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: {
      Rules: expect.arrayContaining([expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })]),
    },
  });
});

test('only the source bucket sends events, without a custom resource', () => {
  expect(propertiesOf(SOURCE)?.['NotificationConfiguration']).toEqual({
    EventBridgeConfiguration: { EventBridgeEnabled: true },
  });
  expect(propertiesOf(OUTPUT)?.['NotificationConfiguration']).toBeUndefined();
  expect(resources(data, 'Custom::S3BucketNotifications').size).toBe(0);
});

function corsOf(template: Template, output: string): unknown {
  return at(
    resources(template, 'AWS::S3::Bucket').get(bucketIdOf(template, output)),
    'Properties',
    'CorsConfiguration',
    'CorsRules',
  );
}

function orEdgeUrlParameter(origin: string) {
  return { 'Fn::If': ['EdgeUrlIsDefault', origin, { Ref: 'EdgeUrl' }] };
}

test('only the app’s own pages may send presigned uploads, without reading response headers', () => {
  expect(corsOf(data, 'SourceBucketName')).toEqual([
    {
      AllowedMethods: ['PUT'],
      AllowedOrigins: [orEdgeUrlParameter('https://*.cloudfront.net')],
      AllowedHeaders: ['Content-Type', 'If-None-Match'],
      MaxAge: 3600,
    },
  ]);
  data.hasParameter('EdgeUrl', { Type: 'String', Default: '' });
});

test('pages at a custom domain and configured origins may send presigned uploads', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/abc';
  const { data: custom } = synthesizeTemplates({
    edge: { domain: { kind: 'custom', name: 'v.example.com', certificateArn } },
    uploadOrigins: ['https://school.example'],
  });
  expect(corsOf(custom, 'SourceBucketName')).toMatchObject([
    { AllowedOrigins: [orEdgeUrlParameter('https://v.example.com'), 'https://school.example'] },
  ]);
});

test('only configured origins may read media, which does not affect uploads', () => {
  const { data: closed, delivery: edge } = synthesizeTemplates({ corsOrigins: ['https://school.example'] });
  expect(corsOf(closed, 'OutputBucketName')).toMatchObject([{ AllowedOrigins: ['https://school.example'] }]);
  expect(corsOf(closed, 'SourceBucketName')).toEqual(corsOf(data, 'SourceBucketName'));
  edge.hasResourceProperties('AWS::CloudFront::ResponseHeadersPolicy', {
    ResponseHeadersPolicyConfig: { CorsConfig: { AccessControlAllowOrigins: { Items: ['https://school.example'] } } },
  });
});

test('deleting the stacks retains videos, catalog, its network and access logs', () => {
  const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };
  for (const type of ['S3::Bucket', 'RDS::DBCluster', 'RDS::DBInstance', 'SecretsManager::Secret', 'EC2::Subnet']) {
    expect(resources(data, `AWS::${type}`).size).toBeGreaterThan(0);
    data.allResources(`AWS::${type}`, kept);
  }
  delivery.allResources('AWS::S3::Bucket', kept);
});

test('deleting the stacks deletes everything with retention destroy', () => {
  const templates = synthesizeTemplates({ retention: 'destroy' });
  for (const template of [templates.data, templates.pipeline, templates.delivery]) {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/"(Deletion|UpdateReplace)Policy":"(?!Delete")/);
  }
});
