import { mkdtempSync, readdirSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { roleSession } from '../../local/iam/access.ts';
import { AccessRecord, type RecordedCall, type RecordedResource } from '../../local/iam/access-record.ts';
import { judgeStatements } from '../support/access/judge-statements.ts';
import type { Statement } from '../support/access/place-statements.ts';
import { readRuns } from '../support/access/read-runs.ts';

const ROLE = 'arn:aws:iam::000000000000:role/reader';
const BUCKET = 'arn:aws:s3:::media';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:events';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';

const role: RecordedResource = {
  stack: 'App',
  logicalId: 'Role',
  type: 'AWS::IAM::Role',
  properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  },
  ref: 'reader',
  arn: ROLE,
};

function identityPolicy(...statements: readonly Statement[]): RecordedResource {
  const properties = { Roles: ['reader'], PolicyDocument: { Statement: statements } };
  return { stack: 'App', logicalId: 'Policy', type: 'AWS::IAM::Policy', properties, ref: 'policy' };
}

function queuePolicy(...statements: readonly (Statement & { readonly Principal: unknown })[]): RecordedResource {
  const properties = { Queues: ['http://127.0.0.1/0/work'], PolicyDocument: { Statement: statements } };
  return { stack: 'App', logicalId: 'QueuePolicy', type: 'AWS::SQS::QueuePolicy', properties, ref: 'policy' };
}

function call(action: string, resource: string, context: Readonly<Record<string, string>> = {}): RecordedCall {
  return { principal: roleSession(ROLE, 'f'), action, resource, context: { 'aws:SecureTransport': 'true', ...context } };
}

/** Returns the grants that no call needs, and the idle conditions of those that one needs. */
async function findIdle(
  resources: readonly RecordedResource[],
  calls: readonly RecordedCall[],
  edited: readonly RecordedCall[] = [],
): Promise<string[]> {
  const runs = [
    { edited: true, resources, calls: edited },
    { edited: false, resources, calls },
  ];
  const judgments = await judgeStatements(runs);
  return judgments.flatMap(({ effect, action, resource, needed, idleConditions }) =>
    needed === undefined ? [[effect, action, resource].join(' ').trim()] : idleConditions,
  );
}

const READS: Statement = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: [`${BUCKET}/v/*`, `${BUCKET}/w/*`],
};

test('judges each action of a statement on each of its resources', async () => {
  const calls = [call('s3:GetObject', `${BUCKET}/v/1`), call('s3:PutObject', `${BUCKET}/w/1`)];
  expect(await findIdle([role, identityPolicy(READS)], calls)).toEqual([
    'Allow sts:AssumeRole',
    `Allow s3:GetObject ${BUCKET}/w/*`,
    `Allow s3:PutObject ${BUCKET}/v/*`,
  ]);
});

test('finds a grant that another statement makes needless', async () => {
  const narrow: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET}/v/1` };
  const wide: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET}/*` };
  const calls = [call('s3:GetObject', `${BUCKET}/v/1`), call('s3:GetObject', `${BUCKET}/v/2`)];
  expect(await findIdle([role, identityPolicy(narrow, wide)], calls)).toEqual([
    'Allow sts:AssumeRole',
    `Allow s3:GetObject ${BUCKET}/v/1`,
  ]);
});

test('judges trust policies by the services that use the role', async () => {
  const assume: RecordedCall = {
    principal: { kind: 'service', service: 'lambda.amazonaws.com' },
    action: 'sts:AssumeRole',
    resource: ROLE,
    context: {},
  };
  expect(await findIdle([role], [assume])).toEqual([]);
});

const SENDS = {
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: QUEUE,
  Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
} as const;
const DENIES = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: QUEUE,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
} as const;
const delivery: RecordedCall = {
  principal: { kind: 'service', service: 'sns.amazonaws.com', sourceArn: TOPIC },
  action: 'sqs:SendMessage',
  resource: QUEUE,
  context: { 'aws:SecureTransport': 'true', 'aws:SourceArn': TOPIC },
};

test('tries a Deny statement with another value of its condition key', async () => {
  expect(await findIdle([queuePolicy(SENDS, DENIES)], [delivery])).toEqual([]);
  expect(await findIdle([queuePolicy(SENDS, DENIES, DENIES)], [delivery])).toEqual([`Deny sqs:* ${QUEUE}`]);
  const never = { ...DENIES, Condition: { Bool: { 'aws:SecureTransport': 'maybe' } } };
  expect(await findIdle([queuePolicy(SENDS, never)], [delivery])).toEqual([`Deny sqs:* ${QUEUE}`]);
});

test('finds a condition that refuses nothing', async () => {
  const anyTopic = { ...SENDS, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } } };
  expect(await findIdle([queuePolicy(anyTopic)], [delivery])).toEqual(['aws:sourcearn']);
});

test('uses the requests to edited templates, but does not judge statements that only those have', async () => {
  const calls = [call('s3:GetObject', `${BUCKET}/v/1`)];
  const read: Statement = { ...READS, Action: 's3:GetObject', Resource: `${BUCKET}/v/*` };
  expect(await findIdle([identityPolicy(read), role], [], calls)).toEqual(['Allow sts:AssumeRole']);
  const judgments = await judgeStatements([{ edited: true, resources: [identityPolicy(read), role], calls: [] }]);
  expect(judgments).toEqual([]);
});

test('rejects a statement that names no action', async () => {
  const statement = { Effect: 'Allow', NotAction: 's3:*', Resource: '*' } as unknown as Statement;
  await expect(findIdle([role, identityPolicy(statement)], [])).rejects.toThrow('Policy has a statement with NotAction');
});

test('reads what a laptop cloud has recorded, except a line that a kill cut off', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'access-'));
  const record = new AccessRecord(folder, { edited: true });
  const [watched] = record.watch([
    { type: 'AWS::IAM::Role', supportedProperties: [], provision: async () => ({ ref: 'reader', attributes: { Arn: ROLE } }) },
  ]);
  const { ref: _ref, arn: _arn, ...described } = role;
  await watched?.provision({ ...described, physicalName: 'reader' });
  record.addCall(delivery);
  await record.close();
  const [name = ''] = readdirSync(folder);
  appendFileSync(join(folder, name), '{"call":{"princ');
  writeFileSync(join(folder, 'notes.txt'), 'no record');
  expect(readRuns(folder)).toEqual([{ edited: true, resources: [role], calls: [delivery] }]);
  rmSync(folder, { recursive: true });
});
