import { BlockList, isIPv4, isIPv6 } from 'node:net';
import * as z from 'zod';

/** Thrown for a pattern that AWS would reject too. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
}

/** One element of a pattern's list of conditions on a leaf. */
export interface Condition {
  /** Whether the condition holds exactly if the leaf is missing. */
  readonly absent: boolean;
  readonly holds: (leaf: unknown) => boolean;
}

const textSchema = z.union([z.string(), z.strictObject({ 'equals-ignore-case': z.string() })]);
const textsSchema = z.union([z.string(), z.array(z.string()).min(1)]);
const comparisonSchema = z.tuple([z.enum(['<', '<=', '>', '>=', '=']), z.number()]);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html */
const operatorSchema = z.union([
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ prefix: textSchema }),
  z.strictObject({ suffix: textSchema }),
  z.strictObject({ 'equals-ignore-case': z.string() }),
  z.strictObject({ wildcard: z.string() }),
  z.strictObject({ cidr: z.string() }),
  z.strictObject({ numeric: z.array(z.union([z.string(), z.number()])) }),
  z.strictObject({
    'anything-but': z.union([
      z.string(),
      z.number(),
      z.array(z.union([z.string(), z.number()])).min(1),
      z.strictObject({ prefix: textsSchema }),
      z.strictObject({ suffix: textsSchema }),
      z.strictObject({ 'equals-ignore-case': textsSchema }),
      z.strictObject({ wildcard: textsSchema }),
    ]),
  }),
]);
type AnythingBut = Extract<z.infer<typeof operatorSchema>, { 'anything-but': unknown }>['anything-but'];

/** @throws InvalidEventPatternError for an unknown operator or an operand of the wrong kind */
export function compileCondition(condition: unknown, path: string): Condition {
  if (condition === null || typeof condition !== 'object') {
    return { absent: false, holds: (leaf) => leaf === condition };
  }
  const { success, data: operator } = operatorSchema.safeParse(condition);
  if (!success)
    throw new InvalidEventPatternError(`${path}: ${JSON.stringify(condition)} is not a condition of EventBridge.`);
  if ('exists' in operator) return { absent: !operator.exists, holds: () => operator.exists };
  return { absent: false, holds: compileOperator(operator, path) };
}

function compileOperator(
  operator: Exclude<z.infer<typeof operatorSchema>, { exists: boolean }>,
  path: string,
): (leaf: unknown) => boolean {
  if ('prefix' in operator) return compileAffix(operator.prefix, (text, affix) => text.startsWith(affix));
  if ('suffix' in operator) return compileAffix(operator.suffix, (text, affix) => text.endsWith(affix));
  if ('equals-ignore-case' in operator) return compileEqualsIgnoreCase(operator['equals-ignore-case']);
  if ('wildcard' in operator) return compileWildcard(operator.wildcard, path);
  if ('cidr' in operator) return compileCidr(operator.cidr, path);
  if ('numeric' in operator) return compileNumeric(operator.numeric, path);
  const excluded = compileExcluded(operator['anything-but'], path);
  return (leaf) => !excluded(leaf);
}

function compileAffix(
  affix: z.infer<typeof textSchema>,
  has: (text: string, affix: string) => boolean,
): (leaf: unknown) => boolean {
  if (typeof affix === 'string') return (leaf) => typeof leaf === 'string' && has(leaf, affix);
  const lowerCase = affix['equals-ignore-case'].toLowerCase();
  return (leaf) => typeof leaf === 'string' && has(leaf.toLowerCase(), lowerCase);
}

function compileEqualsIgnoreCase(text: string): ((leaf: unknown) => boolean) {
  const lowerCase = text.toLowerCase();
  return (leaf) => typeof leaf === 'string' && leaf.toLowerCase() === lowerCase;
}

/** Compiles a wildcard: `*` matches any characters or none, `\*` and `\\` match themselves. */
function compileWildcard(wildcard: string, path: string): (leaf: unknown) => boolean {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(wildcard))
    throw new InvalidEventPatternError(`${path}: consecutive wildcards are not allowed.`);
  const source = wildcard.replaceAll(/\\[*\\]|[\s\S]/gu, (token) => {
    if (token === '*') return '[\\s\\S]*';
    return (token.length === 2 ? token.slice(1) : token).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, 'u');
  return (leaf) => typeof leaf === 'string' && expression.test(leaf);
}

function compileCidr(cidr: string, path: string): (leaf: unknown) => boolean {
  const [network = '', bits] = cidr.split('/');
  const list = new BlockList();
  try {
    list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
  } catch (cause) {
    throw new InvalidEventPatternError(`${path}: ${cidr} is not a CIDR block.`, { cause });
  }
  return (leaf) =>
    typeof leaf === 'string' && ((isIPv4(leaf) && list.check(leaf)) || (isIPv6(leaf) && list.check(leaf, 'ipv6')));
}

const COMPARISONS: Readonly<Record<z.infer<typeof comparisonSchema>[0], (leaf: number, limit: number) => boolean>> = {
  '<': (leaf, limit) => leaf < limit,
  '<=': (leaf, limit) => leaf <= limit,
  '>': (leaf, limit) => leaf > limit,
  '>=': (leaf, limit) => leaf >= limit,
  '=': (leaf, limit) => leaf === limit,
};

/** Compiles one comparison or two, such as `['>', 0, '<=', 5]`. */
function compileNumeric(operands: readonly (string | number)[], path: string): (leaf: unknown) => boolean {
  const pairs = z
    .array(comparisonSchema)
    .min(1)
    .max(2)
    .safeParse([operands.slice(0, 2), operands.slice(2)].filter(({ length }) => length > 0));
  if (!pairs.success)
    throw new InvalidEventPatternError(`${path}: numeric ${JSON.stringify(operands)} is not a comparison.`);
  return (leaf) =>
    typeof leaf === 'number' && pairs.data.every(([comparison, limit]) => COMPARISONS[comparison](leaf, limit));
}

function compileExcluded(excluded: AnythingBut, path: string): (leaf: unknown) => boolean {
  if (typeof excluded !== 'object' || Array.isArray(excluded)) {
    const values: readonly unknown[] = Array.isArray(excluded) ? excluded : [excluded];
    return (leaf) => values.includes(leaf);
  }
  if ('prefix' in excluded)
    return compileAny(excluded.prefix, (text) => compileAffix(text, (leaf, affix) => leaf.startsWith(affix)));
  if ('suffix' in excluded)
    return compileAny(excluded.suffix, (text) => compileAffix(text, (leaf, affix) => leaf.endsWith(affix)));
  if ('wildcard' in excluded) return compileAny(excluded.wildcard, (text) => compileWildcard(text, path));
  return compileAny(excluded['equals-ignore-case'], compileEqualsIgnoreCase);
}

function compileAny(
  texts: z.infer<typeof textsSchema>,
  compile: (text: string) => (leaf: unknown) => boolean,
): (leaf: unknown) => boolean {
  const conditions = (typeof texts === 'string' ? [texts] : texts).map(compile);
  return (leaf) => conditions.some((holds) => holds(leaf));
}
