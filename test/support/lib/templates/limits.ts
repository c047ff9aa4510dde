import { at, listOf } from '../at.ts';
import type { Stacks } from './checked-deployments.ts';
import { CLOUDFRONT_LIMITS } from './cloudfront-limits.ts';
import { countAt, estimateLength, type Limit, perResource, perStack, RESOLVED_LENGTH } from './measure.ts';
import { type FoundResource, isSame, resolveResource, resourcesOf } from './references.ts';

const CLOUDFORMATION = 'AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const LAMBDA = 'lambda/latest/dg/gettingstarted-limits.html';
const IAM = 'IAM/latest/UserGuide/reference_iam-quotas.html';
const SQS = 'AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html';

function statementsOf(properties: object): readonly unknown[] {
  return listOf(at(properties, 'PolicyDocument', 'Statement'));
}

/** Returns the total length of a role's inline policies, those in resources of their own included. */
function inlineLength(properties: Readonly<Record<string, unknown>>, role: FoundResource, stacks: Stacks): number {
  const own = listOf(properties['Policies']).map((policy) => at(policy, 'PolicyDocument'));
  const others = resourcesOf(stacks, 'AWS::IAM::Policy')
    .filter(({ stack, resource }) =>
      listOf(resource.Properties?.['Roles']).some((each) => isSame(resolveResource(stacks, stack, each), role)),
    )
    .map(({ resource }) => resource.Properties?.['PolicyDocument']);
  return [...own, ...others].reduce((sum: number, document) => sum + estimateLength(document), 0);
}

function variablesLength(properties: object): number {
  const variables = Object.entries((at(properties, 'Environment', 'Variables') as object | undefined) ?? {});
  return variables.reduce((sum, [name, value]) => sum + name.length + estimateLength(value), 0);
}

/** Limits that the schemas do not state, for a new account. */
export const LIMITS: readonly Limit[] = [
  {
    name: 'resources of a template',
    max: 500,
    page: CLOUDFORMATION,
    measure: perStack(({ Resources }) => Object.keys(Resources).length),
  },
  {
    name: 'parameters of a template',
    max: 200,
    page: CLOUDFORMATION,
    measure: perStack(({ Parameters = {} }) => Object.keys(Parameters).length),
  },
  {
    name: 'outputs of a template',
    max: 200,
    page: CLOUDFORMATION,
    measure: perStack(({ Outputs = {} }) => Object.keys(Outputs).length),
  },
  {
    name: 'bytes of a template',
    max: 1_000_000,
    page: CLOUDFORMATION,
    measure: perStack((template) => JSON.stringify(template, null, 1).length),
  },
  {
    name: 'bytes of a template’s description',
    max: 1024,
    page: CLOUDFORMATION,
    measure: perStack(({ Description = '' }) => Description.length),
  },
  {
    name: 'dynamic references of a template',
    max: 60,
    page: CLOUDFORMATION,
    measure: perStack((template) => JSON.stringify(template).split('{{resolve:').length - 1),
  },
  {
    name: 'bytes of a function’s environment',
    max: 4096,
    page: LAMBDA,
    measure: perResource('AWS::Lambda::Function', variablesLength),
  },
  {
    name: 'bytes of a function’s resource-based policy',
    max: 20_480,
    page: LAMBDA,
    measure: perResource('AWS::Lambda::Function', (_properties, fn, stacks) =>
      resourcesOf(stacks, 'AWS::Lambda::Permission')
        .filter(({ stack, resource }) => isSame(resolveResource(stacks, stack, resource.Properties?.['FunctionName']), fn))
        .reduce((sum, { resource }) => sum + estimateLength(resource.Properties) + RESOLVED_LENGTH, 0),
    ),
  },
  {
    name: 'characters of a role’s inline policies',
    max: 10_240,
    page: IAM,
    measure: perResource('AWS::IAM::Role', inlineLength),
  },
  {
    name: 'characters of a managed policy',
    max: 6144,
    page: IAM,
    measure: perResource('AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => estimateLength(PolicyDocument)),
  },
  {
    name: 'characters of a role’s trust policy',
    max: 2048,
    page: IAM,
    measure: perResource('AWS::IAM::Role', ({ AssumeRolePolicyDocument }) => estimateLength(AssumeRolePolicyDocument)),
  },
  {
    name: 'managed policies of a role',
    max: 10,
    page: IAM,
    measure: perResource('AWS::IAM::Role', (properties) => countAt(properties, 'ManagedPolicyArns')),
  },
  {
    name: 'bytes of a queue’s policy',
    max: 8192,
    page: SQS,
    measure: perResource('AWS::SQS::QueuePolicy', ({ PolicyDocument }) => estimateLength(PolicyDocument)),
  },
  {
    name: 'statements of a queue’s policy',
    max: 20,
    page: SQS,
    measure: perResource('AWS::SQS::QueuePolicy', (properties) => statementsOf(properties).length),
  },
  {
    name: 'actions of a statement of a queue’s policy',
    max: 7,
    page: SQS,
    measure: perResource('AWS::SQS::QueuePolicy', (properties) =>
      Math.max(...statementsOf(properties).map((statement) => listOf(at(statement, 'Action')).length)),
    ),
  },
  {
    name: 'bytes of a bucket’s policy',
    max: 20_480,
    page: 'AmazonS3/latest/userguide/bucket-policies.html',
    measure: perResource('AWS::S3::BucketPolicy', ({ PolicyDocument }) => estimateLength(PolicyDocument)),
  },
  {
    name: 'characters of an event pattern',
    max: 2048,
    page: 'eventbridge/latest/userguide/eb-quota.html',
    measure: perResource('AWS::Events::Rule', ({ EventPattern }) => estimateLength(EventPattern)),
  },
  {
    name: 'targets of a rule',
    max: 5,
    page: 'eventbridge/latest/userguide/eb-quota.html',
    measure: perResource('AWS::Events::Rule', (properties) => countAt(properties, 'Targets')),
  },
  {
    name: 'routes of an HTTP API',
    max: 300,
    page: 'apigateway/latest/developerguide/http-api-quotas.html',
    measure: perStack(
      ({ Resources }) => Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route').length,
    ),
  },
  ...CLOUDFRONT_LIMITS,
];

/** Part of a limit that a deployment may use, so that the next features still fit. */
const MAX_SHARE = 0.8;

/** Returns the limits that a deployment comes too close to. */
export function checkLimits(stacks: Stacks): readonly string[] {
  return LIMITS.flatMap(({ name, max, page, measure }) =>
    measure(stacks)
      .filter(({ amount }) => amount > MAX_SHARE * max)
      .map(({ place, amount }) => `${place}: ${amount} of at most ${max} ${name} (https://docs.aws.amazon.com/${page})`),
  );
}

/** Returns how much of a deployment each limit applies to, by its name. */
export function measureLimits(stacks: Stacks): Readonly<Record<string, number>> {
  return Object.fromEntries(
    LIMITS.map(({ name, measure }) => [name, Math.max(0, ...measure(stacks).map(({ amount }) => amount))]),
  );
}
