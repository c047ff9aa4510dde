import * as z from 'zod';
import { ACCOUNT_ID } from '../cloud/account.ts';
import { matchesWildcard } from '../cloud/wildcard.ts';
import type { PolicyDocument } from './iam.ts';

/** Request, with every policy and value on which its decision depends. */
export interface EvaluationRequest {
  /** ARN of a user or a role's session, or the name of a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
  readonly identityPolicies: readonly PolicyDocument[];
  readonly permissionsBoundary?: PolicyDocument;
  readonly resourcePolicy?: PolicyDocument;
}

/** Decision, with the reason of a denial. */
export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** Statement that denies the request; undefined if no statement allows it. */
      readonly deniedBy?: { readonly policy: 'identity-based' | 'resource-based'; readonly statement: unknown };
      /** Statement that would allow the request if its conditions were met. */
      readonly unmet?: unknown;
    };

const statementSchema = z.looseObject({});
const actionsSchema = z
  .union([z.string().transform((one) => [one]), z.array(z.string())])
  .transform((actions) => actions.map((action) => action.toLowerCase()))
  .optional();

const policySchema = z.looseObject({
  Statement: z
    .union([z.array(statementSchema), statementSchema.transform((one) => [one])])
    .transform((statements) =>
      statements.map((statement) => ({ statement, actions: actionsSchema.parse(statement['Action']) })),
    ),
});

/** Statements by policy document, each with its actions in lower case; undefined for one with `NotAction`. */
const parsed = new WeakMap<object, z.infer<typeof policySchema>['Statement']>();

/**
 * Evaluates policies as AWS does within one account. It loads the evaluator, a development dependency under the AGPL, at
 * the first call.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * @throws Error for a policy, action or resource that AWS would not accept
 */
export async function evaluatePolicies(request: EvaluationRequest): Promise<Decision> {
  const { runSimulation } = await import('@cloud-copilot/iam-simulate');
  const { principal, action, resource, context, identityPolicies, permissionsBoundary, resourcePolicy } = request;
  const identity = identityPolicies.flatMap((policy) => keepStatementsOn(action, policy) ?? []);
  const onResource = resourcePolicy === undefined ? undefined : keepStatementsOn(action, resourcePolicy);
  const results = await runSimulation(
    {
      request: {
        principal,
        action,
        // The evaluator reads the wildcards of a key as those of a pattern, which no request contains.
        resource: { resource: resource === '*' ? '*' : resource.replace(/[*?]/g, '_'), accountId: ACCOUNT_ID },
        contextVariables: { ...context },
      },
      identityPolicies: identity.map((policy, index) => ({ name: String(index), policy })),
      resourcePolicy: onResource,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(permissionsBoundary !== undefined && {
        permissionBoundaryPolicies: [{ name: 'boundary', policy: permissionsBoundary }],
      }),
    },
    {},
  );
  if (results.resultType === 'error') {
    throw new Error(`IAM cannot evaluate ${action} on ${resource}: ${JSON.stringify(results.errors)}`);
  }
  if (results.overallResult === 'Allowed') return { allowed: true };
  const [analysis] = results.resultType === 'single' ? [results.result.analysis] : results.results.map((one) => one.analysis);
  const [byIdentity] = analysis?.identityAnalysis?.denyStatements ?? [];
  if (byIdentity !== undefined) return deny('identity-based', byIdentity.statement);
  const [byResource] = analysis?.resourceAnalysis?.denyStatements ?? [];
  if (byResource !== undefined) return deny('resource-based', byResource.statement);
  const unmatched = [analysis?.identityAnalysis, analysis?.resourceAnalysis].flatMap((one) => one?.unmatchedStatements ?? []);
  const unmet = unmatched.find(
    ({ actionMatch, resourceMatch, principalMatch, conditionMatch }) =>
      actionMatch && resourceMatch && principalMatch === 'Match' && conditionMatch === 'NoMatch',
  );
  return { allowed: false, ...(unmet?.statement.effect() === 'Allow' && { unmet: unmet.statement }) };
}

function deny(policy: 'identity-based' | 'resource-based', statement: unknown): Decision {
  return { allowed: false, deniedBy: { policy, statement } };
}

/** Returns the policy with the statements that may match the action only, which decide alike and faster. */
function keepStatementsOn(action: string, policy: PolicyDocument): object | undefined {
  const name = action.toLowerCase();
  const kept = statementsOf(policy).filter(
    ({ actions }) => actions === undefined || actions.some((pattern) => matchesWildcard(pattern, name)),
  );
  if (kept.length === 0) return undefined;
  return { ...Object(policy), Statement: kept.map(({ statement }) => statement) };
}

function statementsOf(policy: PolicyDocument) {
  const document: object = Object(policy);
  const statements = parsed.get(document) ?? policySchema.parse(document).Statement;
  parsed.set(document, statements);
  return statements;
}
