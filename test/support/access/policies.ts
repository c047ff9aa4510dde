import { nameOf } from '../../../local/iam/access.ts';
import type { RecordedCall } from '../../../local/iam/access-record.ts';
import { evaluatePolicies } from '../../../local/iam/evaluate-policies.ts';
import { matchesWildcard } from '../../../local/cloud/wildcard.ts';
import { listOf, type PlacedStatement, type Statement } from './place-statements.ts';

const ADMINISTRATOR: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };

/** All policies of a run's templates. */
export class Policies {
  readonly #byHolder: ReadonlyMap<string, readonly PlacedStatement[]>;

  constructor(placed: readonly PlacedStatement[]) {
    this.#byHolder = Map.groupBy(placed, ({ policy, holder }) => `${policy} ${holder}`);
  }

  /** Returns whether the policies allow a request, with one statement replaced by others. */
  async allow(call: RecordedCall, replaced?: PlacedStatement, by: readonly Statement[] = []): Promise<boolean> {
    const { principal, action, resource, context } = call;
    const read = (policy: PlacedStatement['policy'], holder: string): readonly Statement[] =>
      (this.#byHolder.get(`${policy} ${holder}`) ?? []).flatMap((placed) => (placed === replaced ? by : [placed.statement]));
    const identity = {
      administrator: () => [ADMINISTRATOR],
      service: () => [],
      role: () => read('identity', principal.kind === 'role' ? principal.roleArn : ''),
    }[principal.kind]();
    const onResource = read('resource', holderOf(resource));
    const decision = await evaluatePolicies({
      principal: nameOf(principal),
      action,
      resource,
      context,
      identityPolicies: identity.length === 0 ? [] : [document(identity)],
      ...(onResource.length > 0 && { resourcePolicy: document(onResource) }),
    });
    return decision.allowed;
  }
}

/** Returns the statement without one action on one resource. */
export function withoutPair(statement: Statement, action: string, resource: string | undefined): Statement[] {
  const others = listOf(statement.Action).filter((one) => one !== action) as string[];
  const elsewhere = listOf(statement.Resource).filter((one) => one !== resource) as string[];
  return [
    ...(others.length > 0 ? [{ ...statement, Action: others }] : []),
    ...(elsewhere.length > 0 ? [{ ...statement, Action: action, Resource: elsewhere }] : []),
  ];
}

/** Returns whether a statement may decide a request, whatever its principal and conditions. */
export function concerns({ policy, holder, statement }: PlacedStatement, call: RecordedCall): boolean {
  const { principal } = call;
  const held = policy === 'resource' ? holderOf(call.resource) : principal.kind === 'role' && principal.roleArn;
  return (
    held === holder &&
    listOf(statement.Action).some((action) => matches(action, call.action)) &&
    (statement.Resource === undefined || listOf(statement.Resource).some((one) => matches(one, call.resource)))
  );
}

function matches(pattern: unknown, value: string): boolean {
  return matchesWildcard(String(pattern).toLowerCase(), value.toLowerCase());
}

/** Returns the ARN of the resource that has the policy: an object's bucket, or the resource itself. */
function holderOf(arn: string): string {
  return /^arn:[^:]*:s3:::[^/]*/.exec(arn)?.[0] ?? arn;
}

function document(statements: readonly Statement[]): object {
  return { Version: '2012-10-17', Statement: statements };
}
