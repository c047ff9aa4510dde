import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Buckets, CorsRule } from '../store/buckets.ts';
import { s3Error } from '../store/s3-error.ts';

/** `*` stands for any text, once. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}

function splitList(list: string | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== '');
}

function findRule(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  headers: readonly string[],
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedMethods.includes(method) &&
      rule.allowedOrigins.some((pattern) => matchesPattern(pattern, origin)) &&
      headers.every((name) => rule.allowedHeaders.some((pattern) => matchesPattern(pattern.toLowerCase(), name))),
  );
}

function setHeaders(response: ServerResponse, rule: CorsRule, origin: string): void {
  const anyOrigin = rule.allowedOrigins.includes('*');
  response.setHeader('access-control-allow-origin', anyOrigin ? '*' : origin);
  response.setHeader('access-control-allow-methods', rule.allowedMethods.join(', '));
  if (!anyOrigin) response.setHeader('access-control-allow-credentials', 'true');
  if (rule.exposedHeaders.length > 0) {
    response.setHeader('access-control-expose-headers', rule.exposedHeaders.join(', '));
  }
  if (rule.maxAgeSeconds !== undefined) response.setHeader('access-control-max-age', `${rule.maxAgeSeconds}`);
  response.setHeader('vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

function bucketOf({ url }: IncomingMessage): string {
  return (url ?? '').split('?', 1)[0]?.split('/')[1] ?? '';
}

/**
 * Sets the headers with which a browser lets a page see the answer, be it an error or not.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export function allowOrigin(buckets: Buckets, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined || request.method === 'OPTIONS') return;
  const rule = findRule(buckets.find(bucketOf(request))?.corsRules ?? [], origin, request.method ?? '', []);
  if (rule !== undefined) setHeaders(response, rule, origin);
}

/** Answers a preflight request. @throws ApiError `AccessForbidden`, `InvalidRequest` */
export function answerPreflight(buckets: Buckets, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  const method = request.headers['access-control-request-method'];
  if (origin === undefined || method === undefined) {
    throw s3Error('InvalidRequest', {
      Message: 'Insufficient information. Origin request header and Access-Control-Request-Method are needed.',
    });
  }
  const rules = buckets.find(bucketOf(request))?.corsRules ?? [];
  if (rules.length === 0) {
    throw s3Error('AccessForbidden', { Message: 'CORSResponse: CORS is not enabled for this bucket.' });
  }
  const headers = splitList(request.headers['access-control-request-headers']);
  const rule = findRule(rules, origin, method, headers);
  if (rule === undefined) {
    throw s3Error('AccessForbidden', {
      Message:
        'CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request ' +
        "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    });
  }
  setHeaders(response, rule, origin);
  if (headers.length > 0) response.setHeader('access-control-allow-headers', headers.join(', '));
  response.writeHead(200, { 'content-length': '0' });
  response.end();
}
