import { Readable } from 'node:stream';
import { originError } from '../cloudfront/error-page.ts';
import type { CorsRule } from '../cloudfront/origins.ts';
import type { Representation } from '../cloudfront/representation.ts';
import { matchesWildcard } from '../cloud/wildcard.ts';

/**
 * What S3 answers a browser that asks beforehand, by the first rule of the bucket that allows all of it. It sees only
 * the headers that the policies of the behaviour forward.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function answerPreflight(rules: readonly CorsRule[], headers: Readonly<Record<string, string>>): Representation {
  const origin = headers['origin'];
  const method = headers['access-control-request-method'];
  if (origin === undefined || method === undefined) {
    return originError(400, 'BadRequest', 'Insufficient information. Origin request header needed.');
  }
  const asked = (headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const wanted = asked.filter((name) => name !== '');
  const rule = rules.find(
    ({ allowedOrigins, allowedMethods, allowedHeaders }) =>
      allowedOrigins.some((allowed) => matchesWildcard(allowed, origin)) &&
      allowedMethods.includes(method) &&
      wanted.every((name) => allowedHeaders.some((allowed) => matchesWildcard(allowed.toLowerCase(), name))),
  );
  if (rule === undefined) return originError(403, 'AccessForbidden', 'CORSResponse: This CORS request is not allowed.');
  const { allowedOrigins, allowedMethods, maxAgeSeconds } = rule;
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': allowedOrigins.includes('*') ? '*' : origin,
      'access-control-allow-methods': allowedMethods.join(', '),
      ...(wanted.length > 0 && { 'access-control-allow-headers': wanted.join(', ') }),
      ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    },
    cookies: [],
    sizeBytes: 0,
    seekable: false,
    open: () => Readable.from([]),
    discard: () => undefined,
  };
}
