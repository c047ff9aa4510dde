import { createMiddleware } from 'hono/factory';
import type { Problem } from '../contracts/api/problem.ts';
import { ProblemError } from './problems.ts';

/** Query parameters of an operation. */
export interface KnownParameters {
  readonly names: readonly string[];
  /** Those that a request may repeat. */
  readonly repeatable: readonly string[];
}

/**
 * Returns middleware that refuses a query with unknown, repeated or undecodable parameters. Ignoring them would do less
 * than the client meant: a misspelt filter lists everything.
 */
export function requireKnownParameters(known: KnownParameters) {
  return createMiddleware(async (c, next) => {
    const query = c.req.url.split('#', 1)[0]?.split('?').slice(1).join('?') ?? '';
    const errors = query === '' ? [] : invalidParameters(query, known);
    if (errors.length > 0) throw new ProblemError('invalid_request', { errors });
    await next();
  });
}

function invalidParameters(query: string, { names, repeatable }: KnownParameters): NonNullable<Problem['errors']> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  const given = pairs.map((pair) => pair.split('=', 1)[0] ?? '').map((name) => decode(name) ?? name);
  const undecodable = pairs.flatMap((pair, index) =>
    decode(pair) === undefined ? [{ name: given[index] ?? '', detail: 'is not percent-encoded UTF-8' }] : [],
  );
  const unknown = given
    .filter((name) => !names.includes(name))
    .map((name) => ({ name, detail: `'${name}' is not a known parameter; ${describe(names)}` }));
  const repeated = given
    .filter((name, index) => names.includes(name) && !repeatable.includes(name) && given.indexOf(name) !== index)
    .map((name) => ({ name, detail: 'is given more than once' }));
  const byPointer = new Map(
    [...repeated, ...undecodable, ...unknown].map(({ name, detail }) => [`?${name}`, detail] as const),
  );
  return [...byPointer].map(([pointer, detail]) => ({ pointer, detail }));
}

function describe(names: readonly string[]): string {
  return names.length === 0 ? 'this operation has no parameters.' : `known parameters: ${names.join(', ')}.`;
}

/** Decodes a part of a query. @returns undefined if it is not percent-encoded UTF-8 */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
