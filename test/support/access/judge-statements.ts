import type { RecordedCall } from '../../../local/iam/access-record.ts';
import { OTHER_VALUES } from './other-values.ts';
import { listOf, type PlacedStatement, placeStatements } from './place-statements.ts';
import { concerns, Policies, withoutPair } from './policies.ts';
import type { RecordedRun } from './read-runs.ts';

/** Whether anything needs one action of a statement on one of its resources; of a Deny statement, all of it. */
export interface Judgment {
  readonly stack: string;
  readonly logicalId: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  /** Undefined in a trust policy. */
  readonly resource: string | undefined;
  /** Number of the statement among all. */
  readonly statement: number;
  /** Request whose answer differs without it; undefined if there is none. */
  readonly needed?: RecordedCall;
  /** Condition keys of an Allow statement that nobody would miss: the request is allowed with other values too. */
  readonly idleConditions: readonly string[];
}

/**
 * Judges every statement of the unedited templates: an Allow statement by each action on each resource, without which some
 * recorded request must be denied; a Deny statement by a recorded request with another value of its condition keys, which
 * must be denied, and allowed without the statement. The same statement in several runs is judged by the requests of all.
 */
export async function judgeStatements(runs: readonly RecordedRun[]): Promise<Judgment[]> {
  const judgments = new Map<string, Judgment>();
  const statements = new Map<string, number>();
  for (const { edited, resources, calls } of runs.toSorted((one, other) => Number(one.edited) - Number(other.edited))) {
    const placed = placeStatements(resources);
    const policies = new Policies(placed);
    for (const one of placed) {
      const { stack, logicalId, statement } = one;
      const id = JSON.stringify([stack, logicalId, one.policy, one.holder, statement]);
      if (!statements.has(id) && edited) continue;
      const number = statements.get(id) ?? statements.size;
      statements.set(id, number);
      const concerned = calls.filter((call) => concerns(one, call));
      for (const [action, resource] of pairsOf(one)) {
        const key = JSON.stringify([id, action, resource]);
        if (judgments.get(key)?.needed !== undefined) continue;
        const common = { stack, logicalId, effect: statement.Effect, action, resource, statement: number };
        judgments.set(key, { ...common, ...(await judge(policies, one, [action, resource], concerned)) });
      }
    }
  }
  return [...judgments.values()];
}

type Pair = readonly [action: string, resource: string | undefined];

function pairsOf({ statement }: PlacedStatement): readonly Pair[] {
  const actions = listOf(statement.Action).map(String);
  const resources = statement.Resource === undefined ? [undefined] : listOf(statement.Resource).map(String);
  if (statement.Effect === 'Deny') return [[actions.join(', '), resources[0]]];
  return actions.flatMap((action) => resources.map((resource) => [action, resource] as const));
}

async function judge(
  policies: Policies,
  placed: PlacedStatement,
  [action, resource]: Pair,
  calls: readonly RecordedCall[],
): Promise<Pick<Judgment, 'needed' | 'idleConditions'>> {
  const { statement } = placed;
  for (const recorded of calls) {
    if (statement.Effect === 'Deny') {
      const call = changeValues(recorded, keysOf(placed));
      if ((await policies.allow(call)) || !(await policies.allow(call, placed))) continue;
      return { needed: call, idleConditions: [] };
    }
    if (await policies.allow(recorded, placed, withoutPair(statement, action, resource))) continue;
    const idle = [];
    for (const key of keysOf(placed)) if (await policies.allow(changeValues(recorded, [key]))) idle.push(key);
    return { needed: recorded, idleConditions: idle };
  }
  return { idleConditions: [] };
}

function keysOf({ statement }: PlacedStatement): string[] {
  return Object.values(statement.Condition ?? {}).flatMap((values) => Object.keys(values).map((key) => key.toLowerCase()));
}

/** Returns the request with other values of condition keys. */
function changeValues(call: RecordedCall, keys: readonly string[]): RecordedCall {
  const entries = Object.entries(call.context).map(([key, value]) =>
    keys.includes(key.toLowerCase()) ? [key, OTHER_VALUES[key.toLowerCase()] ?? 'another value'] : [key, value],
  );
  return { ...call, context: Object.fromEntries(entries) };
}
