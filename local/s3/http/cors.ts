import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeCorsHeaders, type CorsRule, evaluatePreflight } from '../../http/cors.ts';
import type { Buckets } from '../store/buckets.ts';
import { s3Error } from '../store/s3-error.ts';

const REJECTIONS = {
  incomplete: [
    'InvalidRequest',
    'Insufficient information. Origin request header and Access-Control-Request-Method are needed.',
  ],
  'no-rules': ['AccessForbidden', 'CORSResponse: CORS is not enabled for this bucket.'],
  'no-match': [
    'AccessForbidden',
    'CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request ' +
      "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
  ],
} as const;

/** Sets the headers that let a browser show a response, errors included, to a page of another origin. */
export function allowOrigin(buckets: Buckets, request: IncomingMessage, response: ServerResponse): void {
  const { origin } = request.headers;
  if (origin === undefined || request.method === 'OPTIONS') return;
  setHeaders(response, makeCorsHeaders(findRules(buckets, request), origin, request.method ?? ''));
}

/** Responds to a preflight request. @throws ApiError `AccessForbidden`, `InvalidRequest` */
export function sendPreflightResponse(buckets: Buckets, request: IncomingMessage, response: ServerResponse): void {
  const result = evaluatePreflight(findRules(buckets, request), request.headers);
  if ('rejection' in result) {
    const [code, Message] = REJECTIONS[result.rejection];
    throw s3Error(code, { Message });
  }
  setHeaders(response, result.headers);
  response.writeHead(200, { 'content-length': '0' }).end();
}

function findRules(buckets: Buckets, { url = '' }: IncomingMessage): readonly CorsRule[] {
  const bucket = url.split('?', 1)[0]?.split('/')[1] ?? '';
  return buckets.find(bucket)?.corsRules ?? [];
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
