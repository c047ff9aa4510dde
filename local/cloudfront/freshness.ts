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

/**
 * Returns the seconds for which an error of the origin is served from the cache.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
export function errorLifetimeSeconds(headers: Headers, configured: number | undefined, now: Date): number {
  const cacheControl = headers['cache-control'] ?? '';
  if (isUncacheable(cacheControl)) return 0;
  return Math.max(configured ?? DEFAULT_ERROR_SECONDS, parseStatedSeconds(cacheControl, headers['expires'], now) ?? 0);
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
