import * as z from 'zod';
import { s3Error } from '../store/s3-error.ts';

const numeric = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().nonnegative());

const conditionSchema = z.union([
  z.tuple([z.string().regex(/^eq$/i), z.string().startsWith('$'), z.string()]),
  z.tuple([z.string().regex(/^starts-with$/i), z.string().startsWith('$'), z.string()]),
  z.tuple([z.string().regex(/^content-length-range$/i), numeric, numeric]),
  z.record(z.string(), z.string()),
]);
type Condition = z.infer<typeof conditionSchema>;

const policySchema = z.object({ expiration: z.iso.datetime({ offset: true }), conditions: z.array(conditionSchema) });
type PostPolicy = z.infer<typeof policySchema>;

/** Fields that need no condition in the policy. */
const UNCONDITIONED = new Set(['x-amz-signature', 'file', 'policy', 'awsaccesskeyid', 'signature']);

function policyViolation(reason: string) {
  return s3Error('AccessDenied', { Message: `Invalid according to Policy: ${reason}` });
}

/** Parses an encoded policy. @throws ApiError `InvalidPolicyDocument` */
export function parsePostPolicy(encoded: string): PostPolicy {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw s3Error('InvalidPolicyDocument', { Message: 'Invalid Policy: Invalid JSON.' });
  }
  const parsed = policySchema.safeParse(json);
  if (!parsed.success) {
    const [problem] = parsed.error.issues;
    throw s3Error('InvalidPolicyDocument', {
      Message: `Invalid Policy: ${problem?.path.join('.')} ${problem?.message}`,
    });
  }
  return parsed.data;
}

type Comparison = { readonly operator: 'eq' | 'starts-with'; readonly field: string; readonly expected: string };

function toComparisons(condition: Condition): Comparison[] {
  if (!Array.isArray(condition)) {
    return Object.entries(condition).map(([field, expected]) => ({
      operator: 'eq',
      field: field.toLowerCase(),
      expected,
    }));
  }
  const [operator, field, expected] = condition;
  if (typeof field !== 'string' || typeof expected !== 'string') return [];
  return [
    {
      operator: operator.toLowerCase() === 'eq' ? 'eq' : 'starts-with',
      field: field.slice(1).toLowerCase(),
      expected,
    },
  ];
}

function isConditionMet({ operator, field, expected }: Comparison, value: string): boolean {
  if (operator === 'eq') return value === expected;
  // Every content type of a list must have the prefix.
  const values = field === 'content-type' ? value.split(',').map((item) => item.trim()) : [value];
  return values.every((item) => item.startsWith(expected));
}

/**
 * Checks every field of the form against the policy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 *
 * @param fields fields by lower-case name, including `bucket`, with `${filename}` replaced in the key
 * @returns bounds of the file's size
 * @throws ApiError `AccessDenied` that names the failed condition
 */
export function checkPostPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: Date,
): { minBytes: number; maxBytes: number } {
  if (Date.parse(policy.expiration) <= now.getTime()) throw policyViolation('Policy expired.');
  const covered = new Set<string>();
  let minBytes = 0;
  let maxBytes = Number.POSITIVE_INFINITY;
  for (const condition of policy.conditions) {
    if (Array.isArray(condition)) {
      const [, min, max] = condition;
      if (typeof min === 'number' && typeof max === 'number') {
        minBytes = Math.max(minBytes, min);
        maxBytes = Math.min(maxBytes, max);
      }
    }
    for (const comparison of toComparisons(condition)) {
      covered.add(comparison.field);
      const value = fields.get(comparison.field) ?? '';
      if (isConditionMet(comparison, value)) continue;
      const shown = JSON.stringify([comparison.operator, `$${comparison.field}`, comparison.expected]);
      throw policyViolation(`Policy Condition failed: ${shown}`);
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => name !== 'bucket' && !covered.has(name) && !UNCONDITIONED.has(name) && !name.startsWith('x-ignore-'),
  );
  if (extra.length > 0) throw policyViolation(`Extra input fields: ${extra.join(', ')}`);
  return { minBytes, maxBytes };
}
