import type { Template } from 'aws-cdk-lib/assertions';
import { STEPS } from '../../lambdas/contracts/steps.ts';
import {
  at,
  functions,
  listOf,
  type PolicyStatement,
  resources,
  statementsIn,
  statementsOf,
  synthesizeTemplates,
} from '../support/lib/synthesize.ts';

const { data, pipeline, delivery } = synthesizeTemplates();
const templates = [data, pipeline, delivery];

/** Actions without resource-level permissions, according to the service authorization reference. */
const WITHOUT_RESOURCES = new Set(['mediaconvert:Probe', 'scheduler:ListSchedules']);

function identityStatements(template: Template): PolicyStatement[] {
  return [...resources(template, 'AWS::IAM::Policy').values()].flatMap(statementsIn);
}

function concerns(service: string) {
  return ({ Action }: PolicyStatement): boolean =>
    listOf(Action).some((action) => action.startsWith(service));
}

/** Returns the actions of a service that a function may perform. */
function rights(template: Template, name: string, service: RegExp): string[] {
  return statementsOf(template, name)
    .flatMap(({ Action }) => listOf(Action))
    .filter((action) => service.test(action))
    .toSorted();
}

test('no role has a wildcard resource, except for actions without resource-level permissions', () => {
  for (const { Action, Resource } of templates.flatMap(identityStatements)) {
    if (!listOf(Resource).includes('*')) continue;
    for (const action of listOf(Action)) expect(WITHOUT_RESOURCES).toContain(action);
  }
});

test('no role has a wildcard action', () => {
  for (const { Action } of templates.flatMap(identityStatements)) {
    for (const action of listOf(Action)) expect(action).not.toContain('*');
  }
});

test('a role may poll queues, postpone their messages and send to them, and nothing else of SQS', () => {
  const actions = templates.flatMap(identityStatements).flatMap(({ Action }) => listOf(Action));
  expect([...new Set(actions)].filter((action) => action.startsWith('sqs:')).toSorted()).toEqual([
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
  ]);
});

test('services may only send to queues', () => {
  const statements = templates
    .flatMap((template) => [...resources(template, 'AWS::SQS::QueuePolicy').values()].flatMap(statementsIn))
    .filter(({ Effect }) => Effect === 'Allow');
  expect(new Set(statements.flatMap(({ Action }) => listOf(Action)))).toEqual(new Set(['sqs:SendMessage']));
});

test('no role has an AWS managed policy', () => {
  for (const template of templates) {
    for (const { Properties } of resources(template, 'AWS::IAM::Role').values()) {
      expect(Properties['ManagedPolicyArns']).toBeUndefined();
    }
  }
});

test('every function has its own role and log group, and may write to no other', () => {
  for (const template of templates) {
    const owned = [...functions(template).values()].map(({ resource }) => JSON.stringify(resource.Properties['Role']));
    expect(new Set(owned).size).toBe(owned.length);
    for (const [name, { resource }] of functions(template)) {
      const logGroup = at(resource, 'Properties', 'LoggingConfig', 'LogGroup', 'Ref');
      expect(statementsOf(template, name).filter(concerns('logs:'))).toEqual([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: { 'Fn::GetAtt': [logGroup, 'Arn'] },
        },
      ]);
    }
  }
});

test.each([
  [
    'transcode',
    [
      's3:DeleteObjectVersion', 's3:GetObject', 's3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 's3:ListBucketVersions',
      's3:PutObject', 's3:PutObject', 's3:PutObjectTagging', 's3:PutObjectTagging',
    ],
  ],
  ['permissions', ['s3:ListBucket', 's3:PutObjectTagging']],
  ['thumbnails', ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:PutObjectTagging']],
  ['metadata', ['s3:GetObject', 's3:ListBucket', 's3:PutObject', 's3:PutObjectTagging']],
  ['completion', ['s3:DeleteObject', 's3:GetObject', 's3:GetObject', 's3:ListBucket', 's3:ListBucket', 's3:PutObject', 's3:PutObjectTagging']],
])('%s has only the S3 permissions that it needs', (name, actions) => {
  expect(rights(pipeline, name, /^s3:/)).toEqual(actions);
});

test('functions of the chain write pointers and indexes, and nothing else of the output bucket', () => {
  for (const name of ['transcode', 'completion']) {
    const written = statementsOf(pipeline, name).filter(concerns('s3:PutObject')).flatMap(({ Resource }) => JSON.stringify(Resource));
    expect(written.filter((resource) => !/\/v\/\*\/mp4hls\/pointer"|\/v\/\*\/mp4hls\/index"/.test(resource))).toEqual([]);
    expect(written.length).toBeGreaterThan(0);
  }
});

test('the playlist function may read only published objects', () => {
  const [statement, ...others] = statementsOf(delivery, 'playlist').filter(concerns('s3:'));
  expect(others).toEqual([]);
  expect(statement).toMatchObject({
    Action: 's3:GetObject',
    Condition: { StringEquals: { 's3:ExistingObjectTag/sluice:published': 'true' } },
  });
});

test('the packager may read only published objects, and only versions of sources that it knows', () => {
  const statements = statementsOf(delivery, 'packager').filter(concerns('s3:'));
  expect(statements.map(({ Action }) => Action)).toEqual(['s3:GetObject', 's3:GetObjectVersion']);
  expect(statements[0]).toMatchObject({
    Condition: { StringEquals: { 's3:ExistingObjectTag/sluice:published': 'true' } },
    Resource: { 'Fn::Join': ['', [expect.anything(), '/v/*']] },
  });
  expect(rights(delivery, 'packager', /^(?!s3:|logs:)/)).toEqual([]);
});

/** Returns the secrets that a function may read, by logical id without their hashes, and the one of its role in the catalog. */
function secretsOf(template: Template, name: string) {
  const readable = statementsOf(template, name)
    .filter(({ Action }) => listOf(Action).includes('secretsmanager:GetSecretValue'))
    .flatMap(({ Resource }) => listOf(Resource).map(secretName));
  const used = at(functions(template).get(name), 'resource', 'Properties', 'Environment', 'Variables', 'CATALOG_SECRET_ARN');
  return { readable: readable.toSorted(), used: secretName(used) };
}

/** Returns the logical id in a reference to a secret of the data stack, which another stack imports. */
function secretName(reference: unknown): string {
  return /(Catalog[A-Z][a-z]+|KeyPair)/.exec(JSON.stringify(reference).replace('SigningKeysGeneration1', ''))?.[0] ?? '';
}

test.each([
  [pipeline, 'transcode', ['CatalogChain']],
  ...STEPS.map((step): [Template, string, string[]] => [pipeline, step, ['CatalogChain']]),
  [pipeline, 'completion', ['CatalogChain']],
  [delivery, 'removal', ['CatalogChain']],
  [delivery, 'withdrawal', ['CatalogChain']],
  [delivery, 'api', ['CatalogApi', 'KeyPair']],
  [delivery, 'playback', ['CatalogApi', 'KeyPair']],
  [data, 'migrate-catalog', ['CatalogSecret', 'CatalogApi', 'CatalogChain']],
] as [Template, string, string[]][])('%#: %s may read only the secret of its role in the catalog', (template, name, secrets) => {
  expect(secretsOf(template, name)).toEqual({ readable: secrets.toSorted(), used: secrets[0] });
});

test('the playlist function has no access to the catalog', () => {
  expect(rights(delivery, 'playlist', /^(rds-data|secretsmanager):/)).toEqual([]);
});

test.each([
  ['transcode', ['mediaconvert:CancelJob', 'mediaconvert:CreateJob', 'mediaconvert:Probe']],
  ['completion', ['mediaconvert:CancelJob', 'mediaconvert:GetJob']],
  ['permissions', []],
])('%s has only the MediaConvert permissions that it needs', (name, actions) => {
  expect(rights(pipeline, name, /^mediaconvert:/)).toEqual(actions);
});

/** Returns the logical id of the one role that a function may pass to a service. */
function rolePassedTo(service: string, name: string): string {
  const passing = statementsOf(pipeline, name).filter(({ Action }) => Action === 'iam:PassRole');
  const toService = passing.filter(({ Condition }) => at(Condition, 'StringEquals', 'iam:PassedToService') === service);
  expect(toService).toHaveLength(1);
  return String(at(toService[0]?.Resource, 'Fn::GetAtt', 0));
}

test.each<[name: string, count: number]>([
  ['transcode', 2],
  ['completion', 1],
  ...STEPS.map((step): [string, number] => [step, 0]),
])('%s may pass %i roles, each only to its own service', (name, count) => {
  const passing = statementsOf(pipeline, name).filter(({ Action }) => Action === 'iam:PassRole');
  expect(passing).toHaveLength(count);
  for (const { Condition, Resource } of passing) {
    expect(at(Condition, 'StringEquals', 'iam:PassedToService')).toMatch(/^(mediaconvert|scheduler)\.amazonaws\.com$/);
    expect(at(Resource, 'Fn::GetAtt', 1)).toBe('Arn');
  }
});

test('functions may set schedules only in the deadline group, and schedules may only send to completion and transcode', () => {
  const [group] = resources(pipeline, 'AWS::Scheduler::ScheduleGroup').keys();
  const actions = {
    transcode: 'scheduler:CreateSchedule',
    // It also deletes the deadlines of ended revisions.
    completion: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  };
  for (const [name, allowed] of Object.entries(actions)) {
    const [statement, ...others] = statementsOf(pipeline, name).filter(concerns('scheduler:'));
    expect(others).toEqual([]);
    expect(statement?.Action).toEqual(allowed);
    expect(JSON.stringify(statement?.Resource)).toContain(`:schedule/",{"Ref":"${group}"},"/*"`);
    const role = rolePassedTo('scheduler.amazonaws.com', name);
    expect(resources(pipeline, 'AWS::IAM::Role').get(role)?.Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [group, 'Arn'] } },
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          },
        },
      ],
    });
    const policies = [...resources(pipeline, 'AWS::IAM::Policy').values()];
    const rightsOfRole = policies
      .filter(({ Properties }) => at(Properties, 'Roles', 0, 'Ref') === role)
      .flatMap(statementsIn);
    const queues = ['DEADLINE_QUEUE_ARN', 'UPLOADS_QUEUE_ARN'].map((variable) =>
      at(functions(pipeline).get('completion'), 'resource', 'Properties', 'Environment', 'Variables', variable),
    );
    expect(rightsOfRole).toEqual([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queues }]);
  }
});

test('the encoder’s role can be passed only to MediaConvert, and assumed only for the configured queue', () => {
  const role = rolePassedTo('mediaconvert.amazonaws.com', 'transcode');
  const queue = functions(pipeline).get('transcode')?.resource.Properties['Environment'];
  expect(JSON.stringify(at(queue, 'Variables', 'ENCODER_QUEUE_ARN'))).toContain(':queues/Default');
  expect(resources(pipeline, 'AWS::IAM::Role').get(role)?.Properties['AssumeRolePolicyDocument']).toMatchObject({
    Statement: [
      {
        Principal: { Service: 'mediaconvert.amazonaws.com' },
        Condition: {
          ArnEquals: { 'aws:SourceArn': at(queue, 'Variables', 'ENCODER_QUEUE_ARN') },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ],
  });
});

test('the encoder may only read sources and write encodes', () => {
  const statements = [...resources(pipeline, 'AWS::IAM::Policy').entries()]
    .filter(([id]) => id.startsWith('EncoderJobRole'))
    .flatMap(([, policy]) => statementsIn(policy));
  expect(statements.map(({ Action }) => Action)).toEqual(['s3:GetObject', 's3:PutObject']);
  expect(JSON.stringify(statements[0]?.Resource)).toMatch(/Source\w+Arn\w*"},"\/\*"/);
  expect(JSON.stringify(statements[1]?.Resource)).toMatch(/Output\w+Arn\w*"},"\/v\/\*"/);
  // Neither a list of resources nor a policy in the role itself grants anything else.
  for (const { Resource } of statements) expect(listOf(Resource)).toHaveLength(1);
  const [role] = [...resources(pipeline, 'AWS::IAM::Role')].filter(([id]) => id.startsWith('EncoderJobRole'));
  expect(role?.[1].Properties).not.toHaveProperty('Policies');
});

test('only completion may publish video events; the other functions may only send to it', () => {
  for (const name of ['transcode', ...STEPS]) {
    expect(rights(pipeline, name, /^(sqs:Send|sns:)/)).toEqual(['sqs:SendMessage']);
  }
  expect(rights(pipeline, 'completion', /^(sqs:Send|sns:)/)).toEqual(['sns:Publish']);
});
