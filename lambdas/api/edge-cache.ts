import type { Context } from 'hono';
import type { ApiVariables } from './services.ts';

/**
 * Seconds for which the edge keeps a response to a signed-out visitor. Much longer than the five minutes after which an idle
 * database pauses: what changes such a response also invalidates it, so that this is only a limit.
 */
const KEPT_SECONDS = 3600;

/** Seconds for which the edge may use an expired response while the API responds with an error, as while the catalog resumes. */
const KEPT_ON_ERROR_SECONDS = 3600;

/** Maximum age of a response from the edge. URLs in it must be valid for that much longer. */
export const MAX_KEPT_MS = (KEPT_SECONDS + KEPT_ON_ERROR_SECONDS) * 1000;

/**
 * Browsers keep nothing: their caches do not tell a user from a signed-out visitor, and cannot be invalidated.
 * `stale-while-revalidate` is left out since browsers follow it too.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 */
const KEPT = `public, max-age=0, s-maxage=${KEPT_SECONDS}, stale-if-error=${KEPT_ON_ERROR_SECONDS}`;

/** Responses depend on the user and on the time. */
const NOT_KEPT = 'no-store';

/**
 * Returns the `Cache-Control` header of a response: the edge keeps those of operations that `keepForVisitors` marks, and
 * that a video does not exist. A response to a token is never kept.
 */
export function cacheControlOf(c: Context<{ Variables: ApiVariables }>): string {
  if (c.req.header('authorization') !== undefined || c.var.keptAtEdge !== true) return NOT_KEPT;
  return c.res.status === 200 || c.res.status === 404 ? KEPT : NOT_KEPT;
}
