import { PassThrough, Readable } from 'node:stream';
import { z } from 'zod';
import type { StreamedResponse } from './invocation.ts';

/** What the caller of a function URL gets. */
export interface UrlResponse {
  readonly statusCode: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  /** Fails if the function breaks off. */
  readonly body: Readable;
}

const HTTP_INTEGRATION = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8);
const MAX_PRELUDE_BYTES = 64 * 1024;

const headSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599).default(200),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  cookies: z.array(z.string()).default([]),
});
const answerSchema = headSchema.extend({
  statusCode: z.coerce.number().int().min(100).max(599),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * A handler's JSON answer: an object with a status code, or anything else as the body itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function bufferedResponse(payload: Buffer): UrlResponse {
  const answer = answerSchema.safeParse(parseJson(payload.toString()));
  if (!answer.success) {
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Readable.from([payload]),
    };
  }
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = answer.data;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...lowerCased(headers), 'content-length': String(bytes.length) },
    cookies,
    body: Readable.from(bytes.length === 0 ? [] : [bytes]),
  };
}

/** Text that says that the function did not answer. */
export function failedResponse(statusCode: number, message: string): UrlResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Readable.from([JSON.stringify({ Message: message })]),
  };
}

/**
 * A streamed answer: status and headers as JSON, eight zero bytes, the body; or the body alone.
 * https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html
 */
export async function streamedResponse({ contentType, streamed, body }: StreamedResponse): Promise<UrlResponse> {
  if (!streamed) return bufferedResponse(Buffer.concat(await body.toArray()));
  if (contentType !== HTTP_INTEGRATION)
    return { statusCode: 200, headers: { 'content-type': contentType }, cookies: [], body };
  let beginning = Buffer.alloc(0);
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    beginning = Buffer.concat([beginning, Buffer.from(chunk)]);
    const end = beginning.indexOf(PRELUDE_END);
    if (end >= 0) {
      const head = headSchema.safeParse(parseJson(beginning.subarray(0, end).toString()));
      if (!head.success) break;
      const rest = beginning.subarray(end + PRELUDE_END.length);
      const { statusCode, headers, cookies } = head.data;
      return { statusCode, headers: lowerCased(headers), cookies, body: continued(rest, body) };
    }
    if (beginning.length > MAX_PRELUDE_BYTES) break;
  }
  body.destroy();
  return failedResponse(502, 'Internal Server Error');
}

/** Failure and early departure pass through in both directions. */
function continued(beginning: Buffer, rest: Readable): Readable {
  const body = new PassThrough();
  if (beginning.length > 0) body.write(beginning);
  rest.on('error', (error) => body.destroy(error));
  body.on('close', () => rest.destroy());
  return rest.pipe(body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
