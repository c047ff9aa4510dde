import { readFileSync } from 'node:fs';
import type { ResourceJson, Stacks } from '../support/lib/templates/checked-deployments.ts';
import { findDangerousChanges } from '../support/lib/templates/compare-templates.ts';
import { baselineFile } from '../baseline/presets.ts';

const baseline: Stacks = {
  ...(JSON.parse(readFileSync(baselineFile('prod'), 'utf8')) as Stacks),
  // What the app does not have yet.
  Others: {
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} }, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
      Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com' } },
      Record: {
        Type: 'AWS::Route53::RecordSet',
        Properties: { Name: 'videos.example.com', Type: 'A', HostedZoneId: { Ref: 'Zone' } },
      },
    },
  },
};

type Edit = (resource: ResourceJson) => ResourceJson | undefined;

/** Returns the baseline with a change to the one resource of a type whose logical id matches. */
function edit(type: string, id: RegExp, change: Edit): Stacks {
  let count = 0;
  const stacks = Object.entries(baseline).map(([stack, template]) => {
    const resources = Object.entries(template.Resources).flatMap(
      ([logicalId, resource]): (readonly [string, ResourceJson])[] => {
        if (resource.Type !== type || !id.test(logicalId)) return [[logicalId, resource]];
        count += 1;
        const changed = change(resource);
        return changed === undefined ? [] : [[logicalId, changed]];
      },
    );
    return [stack, { ...template, Resources: Object.fromEntries(resources) }] as const;
  });
  if (count !== 1) throw new Error(`${count} resources of the type ${type} match ${id}.`);
  return Object.fromEntries(stacks);
}

function withProperties(properties: object): Edit {
  return (resource) => ({ ...resource, Properties: { ...resource.Properties, ...properties } });
}

function withPolicy(policy: Pick<ResourceJson, 'DeletionPolicy' | 'UpdateReplacePolicy'>): Edit {
  return (resource) => ({ ...resource, ...policy });
}

function remove(): undefined {}

/** Returns the baseline with other outputs in a stack. */
function withOutputs(stack: string, change: (text: string) => string): Stacks {
  const { Outputs = {}, ...template } = baseline[stack] ?? { Resources: {} };
  return { ...baseline, [stack]: { ...template, Outputs: JSON.parse(change(JSON.stringify(Outputs))) as typeof Outputs } };
}

function describeChanges(after: Stacks): readonly string[] {
  return findDangerousChanges(baseline, after).map(({ name, change, detail }) => `${name} ${change}: ${detail}`);
}

test('the baseline has no dangerous change from itself', () => expect(describeChanges(baseline)).toEqual([]));

test.each<[what: string, after: Stacks, change: RegExp]>([
  ['a bucket is removed', edit('AWS::S3::Bucket', /^Source/, remove), /^Source\w+ removed: $/],
  [
    'a bucket has another logical id',
    {
      ...edit('AWS::S3::Bucket', /^Source/, remove),
      SluiceData: JSON.parse(
        JSON.stringify(baseline['SluiceData']).replaceAll(/"Source[0-9A-F]{8}"/g, '"Uploads"'),
      ) as Stacks[string],
    },
    /^Source\w+ removed: new of its type: Uploads$/,
  ],
  [
    'a bucket has another name',
    edit('AWS::S3::Bucket', /^Output/, withProperties({ BucketName: 'videos' })),
    /^Output\w+ replaced: BucketName$/,
  ],
  ['the cluster is removed', edit('AWS::RDS::DBCluster', /./, remove), /^CatalogCluster\w+ removed/],
  [
    'the cluster has another engine',
    edit('AWS::RDS::DBCluster', /./, withProperties({ Engine: 'aurora-mysql' })),
    /^CatalogCluster\w+ replaced: Engine/,
  ],
  [
    'the cluster is no longer encrypted',
    edit('AWS::RDS::DBCluster', /./, withProperties({ StorageEncrypted: false })),
    /replaced: StorageEncrypted/,
  ],
  [
    'the cluster’s subnet group is replaced',
    edit('AWS::RDS::DBSubnetGroup', /./, withProperties({ DBSubnetGroupName: 'others' })),
    /^CatalogCluster\w+ replaced: DBSubnetGroupName$/,
  ],
  [
    'an instance moves to another zone',
    edit('AWS::RDS::DBInstance', /Reader/, withProperties({ AvailabilityZone: 'us-east-1f' })),
    /Reader\w+ replaced: AvailabilityZone/,
  ],
  [
    'a secret has another name',
    edit('AWS::SecretsManager::Secret', /^Catalog/, withProperties({ Name: 'catalog' })),
    /^Catalog\w+ replaced: Name$/,
  ],
  ['a key is removed', edit('AWS::KMS::Key', /./, remove), /^Key removed/],
  [
    'a public key is removed',
    edit('AWS::CloudFront::PublicKey', /./, remove),
    /^SigningKeysGeneration1PublicKey\w+ removed/,
  ],
  ['a key group is removed', edit('AWS::CloudFront::KeyGroup', /./, remove), /KeyGroup\w+ removed/],
  [
    'a key pair is made by another function',
    edit(
      'Custom::SigningKeyPair',
      /./,
      withProperties({ ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:other' }),
    ),
    /^SigningKeys\w+ replaced: ServiceToken$/,
  ],
  ['the distribution is removed', edit('AWS::CloudFront::Distribution', /./, remove), /^EdgeDistribution\w+ removed/],
  ['the user pool is removed', edit('AWS::Cognito::UserPool', /./, remove), /^AccountsUserPool\w+ removed/],
  [
    'the client of the user pool gets a secret',
    edit('AWS::Cognito::UserPoolClient', /./, withProperties({ GenerateSecret: true })),
    /replaced: GenerateSecret$/,
  ],
  [
    'the sign-in page has another domain',
    edit('AWS::Cognito::UserPoolDomain', /./, withProperties({ Domain: 'other' })),
    /^AccountsDomain\w+ replaced: Domain$/,
  ],
  [
    'the API has another protocol',
    edit('AWS::ApiGatewayV2::Api', /./, withProperties({ ProtocolType: 'WEBSOCKET' })),
    /^Api\w+ replaced: ProtocolType$/,
  ],
  [
    'the function of a URL is replaced',
    edit('AWS::Lambda::Function', /^PlaylistsFunction/, withProperties({ FunctionName: 'playlists' })),
    /FunctionUrl\w+ replaced: TargetFunctionArn$/,
  ],
  [
    'a topic has another name',
    edit('AWS::SNS::Topic', /VideoEvents/, withProperties({ TopicName: 'videos' })),
    /VideoEvents\w+ replaced: TopicName$/,
  ],
  [
    'a queue has another name',
    edit('AWS::SQS::Queue', /UploadsQueue/, withProperties({ QueueName: 'uploads' })),
    /UploadsQueue\w+ replaced: QueueName$/,
  ],
  ['a log group is removed', edit('AWS::Logs::LogGroup', /^Transcode/, remove), /^Transcode\w+ removed/],
  [
    'a hosted record has another name',
    edit('AWS::Route53::RecordSet', /./, withProperties({ Name: 'v.example.com' })),
    /^Record replaced: Name$/,
  ],
  [
    'a hosted record’s zone is replaced',
    edit('AWS::Route53::HostedZone', /./, withProperties({ Name: 'example.org' })),
    /^Record replaced: HostedZoneId$/,
  ],
  [
    'a logical id has another type',
    edit('AWS::S3::Bucket', /^Source/, () => ({ Type: 'AWS::S3Express::DirectoryBucket' })),
    /^Source\w+ removed: is now of type AWS::S3Express::DirectoryBucket$/,
  ],
  [
    'a bucket is deleted with its stack',
    edit('AWS::S3::Bucket', /^Source/, withPolicy({ DeletionPolicy: 'Delete' })),
    /less protected: DeletionPolicy: Retain\w* → Delete$/,
  ],
  [
    'a bucket is deleted when it is replaced',
    edit('AWS::S3::Bucket', /^Source/, withPolicy({ UpdateReplacePolicy: 'Delete' })),
    /less protected: UpdateReplacePolicy: Retain → Delete$/,
  ],
  [
    'only a snapshot of the cluster is kept',
    edit('AWS::RDS::DBCluster', /./, withPolicy({ DeletionPolicy: 'Snapshot' })),
    /less protected: DeletionPolicy: Retain\w* → Snapshot$/,
  ],
  ['a stack is removed', { ...baseline, SluicePipeline: { Resources: {} } }, /^Completion\w*VideoEvents\w+ removed/],
  [
    'an export in use is removed',
    withOutputs('SluiceData', () => '{}'),
    /^SluiceData:Exports\w*Source\w+ export in use: removed$/,
  ],
  [
    'an export in use has another value',
    withOutputs('SluiceData', (text) => text.replaceAll(/"Ref":"Source\w+"/g, '"Ref":"AWS::Region"')),
    /^SluiceData:Exports\w*Source\w+ export in use: changed$/,
  ],
  [
    'an exported bucket is replaced',
    edit('AWS::S3::Bucket', /^Source/, withProperties({ BucketName: 'uploads' })),
    /^SluiceData:Exports\w*Source\w+ export in use: changed$/,
  ],
])('reports that %s', (_what, after, change) => {
  expect(describeChanges(after).filter((each) => change.test(each))).not.toEqual([]);
});

test.each<[what: string, after: Stacks]>([
  ['a function has another timeout', edit('AWS::Lambda::Function', /^Transcode/, withProperties({ Timeout: 30 }))],
  ['a bucket has tags', edit('AWS::S3::Bucket', /^Source/, withProperties({ Tags: [{ Key: 'a', Value: 'b' }] }))],
  [
    'the distribution has another comment',
    edit('AWS::CloudFront::Distribution', /./, ({ Properties, ...rest }) => ({
      ...rest,
      Properties: { DistributionConfig: { ...(Properties?.['DistributionConfig'] as object), Comment: 'other' } },
    })),
  ],
  [
    'the cluster may grow',
    edit(
      'AWS::RDS::DBCluster',
      /./,
      withProperties({ ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 64 } }),
    ),
  ],
  ['a log group keeps longer', edit('AWS::Logs::LogGroup', /^Transcode/, withProperties({ RetentionInDays: 365 }))],
  [
    'an event source is replaced',
    edit(
      'AWS::Lambda::EventSourceMapping',
      /^Transcode/,
      withProperties({ EventSourceArn: 'arn:aws:sqs:us-east-1:111122223333:other' }),
    ),
  ],
  ['a role is removed', edit('AWS::IAM::Role', /^TranscodeFunctionRole/, remove)],
  [
    'a retained bucket is deleted when its creation fails',
    edit('AWS::S3::Bucket', /^Source/, withPolicy({ DeletionPolicy: 'RetainExceptOnCreate' })),
  ],
  [
    'a queue is retained',
    edit('AWS::SQS::Queue', /UploadsQueue/, withPolicy({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })),
  ],
  [
    'a resource is added',
    { ...baseline, Others: { Resources: { ...baseline['Others']?.Resources, More: { Type: 'AWS::S3::Bucket' } } } },
  ],
  ['a stack is added', { ...baseline, More: { Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } } }],
  ['outputs that nothing imports are removed', withOutputs('SluiceDelivery', () => '{}')],
])('accepts that %s', (_what, after) => {
  expect(describeChanges(after)).toEqual([]);
});
