import { Readable } from 'node:stream';
import * as z from 'zod';
import type { HttpResponse } from './http-message.ts';

/** Fields of a response that precede its body, as streamed responses send them. */
export const responseHeadSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599).default(200),
  headers: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .transform((headers) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    ),
  cookies: z.array(z.string()).default([]),
});

const payloadResponseSchema = responseHeadSchema.extend({
  statusCode: z.coerce.number().int().min(100).max(599),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/**
 * Reads a function's response in payload format 2.0.
 *
 * @returns undefined if the value is not such a response
 */
export function readPayloadResponse(value: unknown, defaultContentType: string): HttpResponse | undefined {
  const parsed = payloadResponseSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return makeWholeResponse(statusCode, { 'content-type': defaultContentType, ...headers }, bytes, cookies);
}

/** Makes a response of a known length. */
export function makeWholeResponse(
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  cookies: readonly string[] = [],
): HttpResponse {
  return {
    statusCode,
    headers: { ...headers, 'content-length': String(body.length) },
    cookies,
    body: Readable.from(body.length === 0 ? [] : [body]),
  };
}
