import { PARTITION, regionalArn } from '../../../local/cloud/account.ts';
import type { RecordedResource } from '../../../local/iam/access-record.ts';
import { type InvokePermission, makeFunctionPolicy } from '../../../local/lambda/function-policy.ts';

/** Statement of a policy, as the template has it. */
export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  /** Undefined in a trust policy. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Statement, with the role or resource whose requests it decides. */
export interface PlacedStatement {
  readonly stack: string;
  readonly logicalId: string;
  /** `identity` if it belongs to a role's permissions; `resource` in a trust policy or the policy of a resource. */
  readonly policy: 'identity' | 'resource';
  /** ARN of the role or resource. */
  readonly holder: string;
  readonly statement: Statement;
}

/**
 * Returns every statement of the templates.
 *
 * @throws Error for a statement with `NotAction` or `NotResource`, which names nothing to judge
 */
export function placeStatements(resources: readonly RecordedResource[]): PlacedStatement[] {
  const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role');
  const placed = resources.flatMap((resource) => placeIn(resource, roles));
  for (const { logicalId, statement } of placed) {
    if (!('NotAction' in statement) && !('NotResource' in statement)) continue;
    throw new Error(`${logicalId} has a statement with NotAction or NotResource: ${JSON.stringify(statement)}`);
  }
  return placed;
}

function placeIn(resource: RecordedResource, roles: readonly RecordedResource[]): PlacedStatement[] {
  const { stack, logicalId, properties } = resource;
  const place = (policy: PlacedStatement['policy'], holder: string, document: unknown): PlacedStatement[] =>
    statementsOf(document).map((statement) => ({ stack, logicalId, policy, holder, statement }));
  const onEach = (holders: readonly string[]): PlacedStatement[] =>
    holders.flatMap((holder) => place('resource', holder, properties['PolicyDocument']));
  switch (resource.type) {
    case 'AWS::IAM::Role':
      return [
        ...place('resource', String(resource.arn), properties['AssumeRolePolicyDocument']),
        ...listOf(properties['Policies']).flatMap((inline) =>
          place('identity', String(resource.arn), (inline as { PolicyDocument: unknown }).PolicyDocument),
        ),
      ];
    case 'AWS::IAM::Policy':
    case 'AWS::IAM::ManagedPolicy':
      return roles
        .filter(
          (role) =>
            listOf(properties['Roles']).includes(role.ref) ||
            listOf(role.properties['ManagedPolicyArns']).includes(resource.ref),
        )
        .flatMap((role) => place('identity', String(role.arn), properties['PolicyDocument']));
    case 'AWS::Lambda::Permission': {
      const name = String(properties['FunctionName']);
      const functionArn = name.startsWith('arn:') ? name : regionalArn('lambda', `function:${name}`);
      return place('resource', functionArn, makeFunctionPolicy(functionArn, [properties as unknown as InvokePermission]));
    }
    case 'AWS::S3::BucketPolicy':
      return onEach([`arn:${PARTITION}:s3:::${String(properties['Bucket'])}`]);
    case 'AWS::SNS::TopicPolicy':
      return onEach(listOf(properties['Topics']).map(String));
    case 'AWS::SQS::QueuePolicy':
      return onEach(listOf(properties['Queues']).map((url) => regionalArn('sqs', String(url).split('/').at(-1) ?? '')));
    default:
      throw new Error(`${resource.type} (${logicalId}) holds a policy that nothing judges.`);
  }
}

function statementsOf(document: unknown): readonly Statement[] {
  return listOf((document as { Statement: Statement | Statement[] }).Statement) as Statement[];
}

/** Returns a list; a single value is a list of one, and none an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
