import type { CachePolicy } from './request-policy.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Returns the seconds for which a response may be served from the cache; 0 if it must not be stored.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#ExpirationDownloadDist
 */
export function lifetimeSeconds(headers: Headers, policy: CachePolicy, now: Date): number {
  const { MinTTL: min, DefaultTTL: byDefault, MaxTTL: max } = policy;
  const cacheControl = headers['cache-control'] ?? '';
  if (isUncacheable(cacheControl)) return min;
  const stated = parseStatedSeconds(cacheControl, headers['expires'], now);
  return Math.min(Math.max(stated ?? byDefault, min), Math.max(max, min));
}

/** CloudFront's default minimum for errors, for distributions without a setting. */
const DEFAULT_ERROR_SECONDS = 10;

/** Errors that CloudFront keeps. */
const KEPT_ERRORS: ReadonlySet<number> = new Set([400, 403, 404, 405, 414, 500, 501, 502, 503, 504]);
/** Errors that it keeps only if the origin states for how long. It keeps no others, such as 401. */
const ERRORS_KEPT_IF_STATED: ReadonlySet<number> = new Set([412, 415]);

/**
 * Returns the seconds for which an error of the origin is served from the cache: what the origin states, and the configured
 * minimum at least, even if the origin forbids it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
 */
export function errorLifetimeSeconds(
  { status, headers }: { readonly status: number; readonly headers: Headers },
  configured: number | undefined,
  { MaxTTL: max }: CachePolicy,
  now: Date,
): number {
  const cacheControl = headers['cache-control'] ?? '';
  const stated = isUncacheable(cacheControl) ? undefined : parseStatedSeconds(cacheControl, headers['expires'], now);
  const isKept = KEPT_ERRORS.has(status) || (stated !== undefined && ERRORS_KEPT_IF_STATED.has(status));
  return isKept ? Math.max(configured ?? DEFAULT_ERROR_SECONDS, Math.min(stated ?? 0, max)) : 0;
}

/**
 * Returns the seconds after its expiry for which a response may be served while the origin responds with a 5xx error:
 * without a directive for as long as the cache has it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
export function staleIfErrorSeconds(headers: Headers): number {
  const cacheControl = headers['cache-control'] ?? '';
  if (isUncacheable(cacheControl) || /(?:^|[,\s])(?:must-revalidate|proxy-revalidate)(?:[,\s]|$)/i.test(cacheControl)) return 0;
  const stated = /(?:^|[,\s])stale-if-error=(\d+)/i.exec(cacheControl);
  return stated === null ? Number.POSITIVE_INFINITY : Number(stated[1]);
}

function isUncacheable(cacheControl: string): boolean {
  return /(?:^|[,\s])(?:no-store|no-cache|private)(?:[,\s=]|$)/i.test(cacheControl);
}

function parseStatedSeconds(cacheControl: string, expires: string | undefined, now: Date): number | undefined {
  const age = /(?:^|[,\s])s-maxage=(\d+)/i.exec(cacheControl) ?? /(?:^|[,\s])max-age=(\d+)/i.exec(cacheControl);
  if (age !== null) return Number(age[1]);
  if (expires === undefined) return undefined;
  const until = Date.parse(expires);
  return Number.isNaN(until) ? 0 : Math.max(0, (until - now.getTime()) / 1000);
}
