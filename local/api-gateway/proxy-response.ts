import { Readable } from 'node:stream';
import { z } from 'zod';

/** What the caller of an HTTP API gets. */
export interface HttpAnswer {
  readonly statusCode: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly body: Readable;
}

const answerSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** What API Gateway says for itself. */
export function ownAnswer(statusCode: number, message: string): HttpAnswer {
  return answer(statusCode, { 'content-type': 'application/json' }, Buffer.from(JSON.stringify({ message })));
}

/**
 * What a function answered: an object with a status code, or any other JSON as the body itself; undefined where it is
 * neither.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */
export function proxyAnswer(payload: Buffer): HttpAnswer | undefined {
  const value = parseJson(payload);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = typeof value === 'string' ? Buffer.from(value) : payload;
    return answer(200, { 'content-type': 'application/json' }, body);
  }
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const lowerCased = Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]);
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return answer(
    statusCode,
    { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(lowerCased) },
    bytes,
    cookies,
  );
}

function answer(
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  cookies: readonly string[] = [],
): HttpAnswer {
  return {
    statusCode,
    headers: { ...headers, 'content-length': String(body.length) },
    cookies,
    body: Readable.from(body.length === 0 ? [] : [body]),
  };
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString()) as unknown;
  } catch {
    return undefined;
  }
}
