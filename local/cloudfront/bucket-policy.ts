import { z } from 'zod';
import { matchesWildcard } from '../cloud/wildcard.ts';

/**
 * Evaluation of bucket policies for reads by the edge, whose principal is the service `cloudfront.amazonaws.com`. It
 * covers the part of the policy language that templates use, and throws for anything else.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const values = z.union([scalar.transform((one) => [one]), z.array(scalar)]);

const policySchema = z.object({
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(['Allow', 'Deny']),
      Principal: z.union([z.literal('*'), z.record(z.string(), list)]),
      Action: list,
      Resource: list,
      Condition: z.record(z.string(), z.record(z.string(), values)).default({}),
    }),
  ),
});
type Statement = z.infer<typeof policySchema>['Statement'][number];

/** Read of an object by the edge. */
interface EdgeRead {
  readonly distributionArn: string;
  readonly accountId: string;
  readonly bucket: string;
  readonly key: string;
  readonly tags: Readonly<Record<string, string>>;
}

const ACTION = 's3:GetObject';
const PRINCIPAL = 'cloudfront.amazonaws.com';

/** Returns whether the policy lets the distribution read an object: a statement allows it, and none denies it. */
export function mayRead(document: unknown, read: EdgeRead): boolean {
  if (typeof document !== 'object' || document === null) return false;
  const statements = statementsOf(document).filter((statement) => isApplicable(statement, read));
  return statements.length > 0 && statements.every(({ Effect: effect }) => effect === 'Allow');
}

/** Statements by policy document, which the edge evaluates for every block that it fetches. */
const parsed = new WeakMap<object, readonly Statement[]>();

function statementsOf(document: object): readonly Statement[] {
  const statements = parsed.get(document) ?? policySchema.parse(document).Statement;
  parsed.set(document, statements);
  return statements;
}

function isApplicable(
  { Principal: principal, Action: actions, Resource: resources, Condition: condition }: Statement,
  read: EdgeRead,
): boolean {
  const isForEdge = principal === '*' || principal['AWS']?.includes('*') || principal['Service']?.includes(PRINCIPAL);
  if (!isForEdge || !actions.some((action) => matchesWildcard(action.toLowerCase(), ACTION.toLowerCase())))
    return false;
  const arn = `arn:aws:s3:::${read.bucket}/${read.key}`;
  if (!resources.some((resource) => matchesWildcard(resource, arn))) return false;
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => isConditionMet(operator, getContextValue(key, read), expected)),
  );
}

/** Returns a context key of a signed read over TLS, which is how CloudFront reads. */
function getContextValue(key: string, read: EdgeRead): string | undefined {
  const [prefix = '', tag] = key.split(/\/(.*)/s);
  switch (prefix.toLowerCase()) {
    case 'aws:sourcearn':
      return read.distributionArn;
    case 'aws:sourceaccount':
      return read.accountId;
    case 'aws:securetransport':
      return 'true';
    case 's3:tlsversion':
      return '1.3';
    case 's3:existingobjecttag':
      return tag === undefined ? undefined : read.tags[tag];
    default:
      return undefined;
  }
}

type Comparison = (actual: string, expected: string) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringLike: (actual, expected) => matchesWildcard(expected, actual),
  ArnEquals: (actual, expected) => matchesWildcard(expected, actual),
  ArnLike: (actual, expected) => matchesWildcard(expected, actual),
  Bool: (actual, expected) => actual === expected.toLowerCase(),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
};

const NEGATIONS: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/**
 * Evaluates a condition. A missing context key fails a comparison and passes a negated one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function isConditionMet(operator: string, actual: string | undefined, expected: readonly string[]): boolean {
  const negated = NEGATIONS[operator];
  const compare = COMPARISONS[negated ?? operator];
  if (compare === undefined) throw new Error(`The edge does not support the condition operator ${operator}.`);
  const equals = actual !== undefined && expected.some((value) => compare(actual, value));
  return negated === undefined ? equals : !equals;
}
