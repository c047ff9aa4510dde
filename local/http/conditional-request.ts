import type { HeaderSyntax } from './http-message.ts';

/** State of a representation that conditions are compared with. */
export interface Validators {
  /** Entity tag with its quotes. */
  readonly etag: string | undefined;
  readonly lastModified: Date | undefined;
}

/** Values of the header fields that make a request conditional. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | undefined;
  readonly ifUnmodifiedSince?: string | undefined;
}

type ConditionName = 'If-Match' | 'If-Unmodified-Since' | 'If-None-Match' | 'If-Modified-Since';

/**
 * Returns the first condition that does not hold, or undefined if all do.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function findFailedCondition(
  { etag, lastModified }: Validators,
  { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Conditions,
  syntax: HeaderSyntax = 'strict',
): ConditionName | undefined {
  const modified = wholeSeconds(lastModified?.getTime());
  if (ifMatch !== undefined) {
    if (!matchesAnyTag(ifMatch, etag, syntax)) return 'If-Match';
  } else if (modified > parseSeconds(ifUnmodifiedSince)) {
    return 'If-Unmodified-Since';
  }
  if (ifNoneMatch !== undefined) return matchesAnyTag(ifNoneMatch, etag, syntax) ? 'If-None-Match' : undefined;
  return modified <= parseSeconds(ifModifiedSince) ? 'If-Modified-Since' : undefined;
}

/**
 * Returns whether a `Range` header applies: without `If-Range`, or if that names the current representation.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
 */
export function isRangeApplicable({ etag, lastModified }: Validators, ifRange: string | undefined): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.trim().startsWith('"')) return ifRange.trim() === etag;
  return parseSeconds(ifRange) === wholeSeconds(lastModified?.getTime());
}

/** Compares weakly. Lenient syntax allows tags without quotes, and `*` among tags. */
function matchesAnyTag(list: string, etag: string | undefined, syntax: HeaderSyntax): boolean {
  if (etag === undefined) return false;
  if (list.trim() === '*') return true;
  const tags = list.split(',').map((tag) => tag.trim());
  if (syntax === 'strict') return tags.some((tag) => withoutWeakness(tag) === withoutWeakness(etag));
  return tags.some((tag) => tag === '*' || opaqueTag(tag) === opaqueTag(etag));
}

function withoutWeakness(tag: string): string {
  return tag.replace(/^W\//, '');
}

function opaqueTag(tag: string): string {
  return withoutWeakness(tag).replace(/^"(.*)"$/, '$1');
}

/** Returns NaN, which fails every comparison, for a missing or malformed date: such a condition is ignored. */
function parseSeconds(date: string | undefined): number {
  return wholeSeconds(Date.parse(date ?? ''));
}

/** Rounds down to whole seconds, since HTTP dates have no fractions. */
function wholeSeconds(milliseconds: number | undefined): number {
  return Math.floor((milliseconds ?? Number.NaN) / 1000);
}
