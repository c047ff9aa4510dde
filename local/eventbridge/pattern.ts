import { compileCondition, type Condition, InvalidEventPatternError } from './pattern-condition.ts';

/** Predicate for events or parts of events. */
export type Matcher = (value: unknown) => boolean;

/**
 * Compiles an event pattern: an object whose fields hold either objects or lists of conditions on a leaf, of which one
 * must hold. Filter policies of subscriptions and filters of event source mappings have the same form.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 *
 * @throws InvalidEventPatternError that names the field
 */
export function compilePattern(pattern: unknown, path = 'pattern'): Matcher {
  if (!isObject(pattern)) throw new InvalidEventPatternError(`${path} must be an object.`);
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new InvalidEventPatternError(`${path} must not be empty.`);
  const matchers = fields.map(([name, value]) =>
    name === '$or' ? compileAlternatives(value, `${path}.$or`) : compileField(name, value, `${path}.${name}`),
  );
  return (value) => matchers.every((matches) => matches(value));
}

function compileAlternatives(value: unknown, path: string): Matcher {
  if (!Array.isArray(value) || value.length < 2)
    throw new InvalidEventPatternError(`${path} must list at least two patterns.`);
  const alternatives = value.map((pattern: unknown, index) => compilePattern(pattern, `${path}[${index}]`));
  return (event) => alternatives.some((matches) => matches(event));
}

function compileField(name: string, value: unknown, path: string): Matcher {
  if (!Array.isArray(value)) {
    const matches = compilePattern(value, path);
    // All fields must match in the same element of a list.
    return (event) => {
      const child = getChild(event, name);
      return Array.isArray(child) ? child.some((element: unknown) => matches(element)) : matches(child);
    };
  }
  if (value.length === 0) throw new InvalidEventPatternError(`${path} must not be an empty list.`);
  const conditions = value.map((condition: unknown): Condition => compileCondition(condition, path));
  return (event) => {
    const leaves = listLeaves(getChild(event, name));
    return conditions.some(({ absent, holds }) => (absent ? leaves.length === 0 : leaves.some((leaf) => holds(leaf))));
  };
}

function getChild(event: unknown, name: string): unknown {
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

/** Returns the elements of a list or the single value; none for an object or a missing field. */
function listLeaves(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((element: unknown) => listLeaves(element));
  return value === undefined || isObject(value) ? [] : [value];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
