import { type Principal, roleSession } from '../../../local/iam/access.ts';
import { Authorizer, type Denial } from '../../../local/iam/authorizer.ts';
import { describeDenial, explainDenial } from '../../../local/iam/describe-denial.ts';
import { Iam } from '../../../local/iam/iam.ts';
import { makeFunctionPolicy } from '../../../local/lambda/function-policy.ts';

const ROLE = 'arn:aws:iam::000000000000:role/reader';
const READER = roleSession(ROLE, 'f');
const OBJECT = 'arn:aws:s3:::media/v/1.mp4';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';
const TOPIC = 'arn:aws:sns:us-east-1:000000000000:events';
const OPERATOR: Principal = { kind: 'administrator', arn: 'arn:aws:iam::000000000000:user/operator' };

type Statement = Readonly<Record<string, unknown>>;

function policy(...statements: readonly Statement[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

/** Makes an authorizer with one role and the policies of resources by ARN. */
function authorizerWith(statements: readonly Statement[], resourcePolicies: Readonly<Record<string, object>> = {}) {
  const iam = new Iam();
  const trustPolicy = policy({
    Effect: 'Allow',
    Principal: { Service: 'scheduler.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/g' } },
  });
  iam.addRole({ name: 'reader', arn: ROLE, trustPolicy });
  if (statements.length > 0) iam.putInlinePolicy('reader', 'Default', policy(...statements));
  const denials: Denial[] = [];
  const authorizer = new Authorizer({ iam, enforces: true, onDenied: (denial) => denials.push(denial) });
  for (const service of ['s3', 'sqs', 'lambda']) {
    authorizer.addResourcePolicies(service, (arn) => resourcePolicies[arn.replace(/^(arn:aws:s3:::\w+).*$/, '$1')]);
  }
  return { iam, authorizer, denials };
}

const READS: Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::media/v/*' };

test('allows what a statement of the role allows, and nothing else', async () => {
  const { authorizer } = authorizerWith([READS]);
  expect(await authorizer.may(READER, { action: 's3:GetObject', resource: OBJECT })).toBe(true);
  expect(await authorizer.may(READER, { action: 's3:GetObjectVersion', resource: OBJECT })).toBe(false);
  expect(await authorizer.may(READER, { action: 's3:GetObject', resource: 'arn:aws:s3:::media/w/1.mp4' })).toBe(false);
  expect(await authorizer.may(OPERATOR, { action: 's3:DeleteObject', resource: OBJECT })).toBe(true);
});

test('takes wildcards in an object key literally', async () => {
  const { authorizer } = authorizerWith([{ ...READS, Resource: 'arn:aws:s3:::media/v/a' }]);
  expect(await authorizer.may(READER, { action: 's3:GetObject', resource: 'arn:aws:s3:::media/v/*' })).toBe(false);
});

test.each([
  ['an object without the tag', {}, /would allow it if its conditions were met: {.*"s3:ExistingObjectTag\/published":"true"/],
  ['an object with the tag', { 's3:ExistingObjectTag/published': 'true' }, /^allowed$/],
])('evaluates the condition on %s', async (_what, context, expected) => {
  const condition = { StringEquals: { 's3:ExistingObjectTag/published': 'true' } };
  const { authorizer } = authorizerWith([{ ...READS, Condition: condition }]);
  const denial = await authorizer.findDenial(READER, { action: 's3:GetObject', resource: OBJECT, context });
  expect(denial === undefined ? 'allowed' : explainDenial(denial)).toMatch(expected);
});

test('denies everyone what a bucket policy denies, and names its statement', async () => {
  const statement = {
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:*',
    Resource: ['arn:aws:s3:::media', 'arn:aws:s3:::media/*'],
    Condition: { NumericLessThan: { 's3:TlsVersion': 1.4 } },
  };
  const { authorizer } = authorizerWith([READS], { 'arn:aws:s3:::media': policy(statement) });
  const denial = await authorizer.findDenial(READER, { action: 's3:GetObject', resource: OBJECT });
  expect(denial && describeDenial(denial)).toBe(
    `User: arn:aws:sts::000000000000:assumed-role/reader/f is not authorized to perform: s3:GetObject on resource: "${OBJECT}" with an explicit deny in a resource-based policy`,
  );
  expect(denial && explainDenial(denial)).toContain(JSON.stringify(statement));
  expect(await authorizer.may(OPERATOR, { action: 's3:GetObject', resource: OBJECT })).toBe(false);
});

test('lets a service send only on behalf of the resource that the policy of the queue names', async () => {
  const allow = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: QUEUE,
    Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
  };
  const { authorizer } = authorizerWith([], { [QUEUE]: policy(allow) });
  const send = { action: 'sqs:SendMessage', resource: QUEUE };
  const sns: Principal = { kind: 'service', service: 'sns.amazonaws.com', sourceArn: TOPIC };
  expect(await authorizer.may(sns, send)).toBe(true);
  expect(await authorizer.may({ ...sns, sourceArn: `${TOPIC}-other` }, send)).toBe(false);
  const denial = await authorizer.findDenial({ ...sns, service: 'events.amazonaws.com' }, send);
  expect(denial && explainDenial(denial)).toBe(
    `User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: ${QUEUE} because no resource-based policy allows the sqs:SendMessage action. This statement would allow it: ${JSON.stringify({ ...allow, Principal: { Service: 'events.amazonaws.com' } })}`,
  );
});

test('lets a service use a role only if the role trusts it for that resource', async () => {
  const { authorizer } = authorizerWith([{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE }]);
  const send = { action: 'sqs:SendMessage', resource: QUEUE };
  const group = 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/g';
  const scheduler = { service: 'scheduler.amazonaws.com', sourceArn: group, sessionName: 's' };
  expect(await authorizer.findDenialWithRole(ROLE, scheduler, send)).toBeUndefined();
  expect(await authorizer.findDenialWithRole(ROLE, scheduler, { ...send, resource: `${QUEUE}-2` })).toMatchObject({
    action: 'sqs:SendMessage',
  });
  const assumption = { action: 'sts:AssumeRole', resource: ROLE };
  const otherGroup = { ...scheduler, sourceArn: `${group}2` };
  expect(await authorizer.findDenialWithRole(ROLE, otherGroup, send)).toMatchObject(assumption);
  const otherService = { ...scheduler, service: 'lambda.amazonaws.com' };
  expect(await authorizer.findDenialWithRole(ROLE, otherService, send)).toMatchObject(assumption);
});

test('lets the edge invoke a function through its URL as the permissions of the function say', async () => {
  const resource = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  const sourceArn = 'arn:aws:cloudfront::000000000000:distribution/E1';
  const Principal = 'cloudfront.amazonaws.com';
  const functionPolicy = makeFunctionPolicy(resource, [
    { Action: 'lambda:InvokeFunction', Principal, SourceArn: sourceArn, InvokedViaFunctionUrl: true },
  ]);
  const { authorizer } = authorizerWith([], { [resource]: functionPolicy ?? {} });
  const edge: Principal = { kind: 'service', service: Principal, sourceArn };
  const viaUrl = { action: 'lambda:InvokeFunction', resource, context: { 'lambda:InvokedViaFunctionUrl': 'true' } };
  expect(await authorizer.may(edge, viaUrl)).toBe(true);
  expect(await authorizer.may({ ...edge, sourceArn: `${sourceArn}2` }, viaUrl)).toBe(false);
  expect(await authorizer.may(edge, { ...viaUrl, context: {} })).toBe(false);
  expect(await authorizer.may(edge, { action: 'lambda:InvokeFunctionUrl', resource })).toBe(false);
});

test('reports a denial once, with the statement that would allow it', async () => {
  const { authorizer, denials } = authorizerWith([]);
  const pass = { action: 'iam:PassRole', resource: ROLE, context: { 'iam:PassedToService': 'scheduler.amazonaws.com' } };
  expect(await authorizer.may(READER, pass)).toBe(false);
  expect(await authorizer.may(READER, pass)).toBe(false);
  for (const key of ['a', 'b']) await authorizer.may(READER, { action: 's3:PutObject', resource: `arn:aws:s3:::media/${key}` });
  expect(denials.splice(1)).toMatchObject([{ action: 's3:PutObject', resource: 'arn:aws:s3:::media/a' }]);
  expect(denials.map(explainDenial)).toEqual([
    `User: arn:aws:sts::000000000000:assumed-role/reader/f is not authorized to perform: iam:PassRole on resource: ${ROLE} because no identity-based policy allows the iam:PassRole action. This statement would allow it: {"Effect":"Allow","Action":"iam:PassRole","Resource":"${ROLE}","Condition":{"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}}`,
  ]);
});

test('follows a changed policy', async () => {
  const { iam, authorizer } = authorizerWith([]);
  const read = { action: 's3:GetObject', resource: OBJECT };
  expect(await authorizer.may(READER, read)).toBe(false);
  iam.putInlinePolicy('reader', 'More', policy(READS));
  expect(await authorizer.may(READER, read)).toBe(true);
});

test('rejects an action that IAM does not know', async () => {
  const { authorizer } = authorizerWith([READS]);
  await expect(authorizer.may(READER, { action: 's3:HeadObject', resource: OBJECT })).rejects.toThrow('s3:HeadObject');
});
