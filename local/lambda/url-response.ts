import { PassThrough, Readable } from 'node:stream';
import { parseJsonOrUndefined } from '../cloud/parse-json.ts';
import type { HttpResponse } from '../http/http-message.ts';
import { readPayloadResponse, responseHeadSchema } from '../http/payload-response.ts';
import type { StreamedResponse } from './invocation.ts';

const HTTP_INTEGRATION = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8);
const MAX_PRELUDE_BYTES = 64 * 1024;

/**
 * Reads a handler's JSON response: an object with a status code, or any other value as the body itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function readBufferedResponse(payload: Buffer): HttpResponse {
  return (
    readPayloadResponse(parseJsonOrUndefined(payload.toString()), 'application/json') ?? {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Readable.from([payload]),
    }
  );
}

/** Makes a response that reports the failure of the function. */
export function makeFailedResponse(statusCode: number, message: string): HttpResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Readable.from([JSON.stringify({ Message: message })]),
  };
}

/**
 * Reads a streamed response: status and headers as JSON, eight zero bytes and the body, or the body alone.
 * https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html
 */
export async function readStreamedResponse({ contentType, streamed, body }: StreamedResponse): Promise<HttpResponse> {
  if (!streamed) return readBufferedResponse(Buffer.concat(await body.toArray()));
  if (contentType !== HTTP_INTEGRATION)
    return { statusCode: 200, headers: { 'content-type': contentType }, cookies: [], body };
  let beginning = Buffer.alloc(0);
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    beginning = Buffer.concat([beginning, Buffer.from(chunk)]);
    const end = beginning.indexOf(PRELUDE_END);
    if (end >= 0) {
      const head = responseHeadSchema.safeParse(parseJsonOrUndefined(beginning.subarray(0, end).toString()));
      if (!head.success) break;
      const firstBytes = beginning.subarray(end + PRELUDE_END.length);
      const { statusCode, headers, cookies } = head.data;
      return { statusCode, headers: remapLength(headers), cookies, body: joinBody(firstBytes, body) };
    }
    if (beginning.length > MAX_PRELUDE_BYTES) break;
  }
  body.destroy();
  return makeFailedResponse(502, 'Internal Server Error');
}

/** Renames a length that the function stated, as Lambda does: a streamed response is chunked. */
function remapLength(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'content-length': length, ...others } = headers;
  return { ...others, ...(length !== undefined && { 'x-amzn-remapped-content-length': length }) };
}

/** Joins the beginning and the remainder of a body; an error of one side or a disconnect of the other ends both. */
function joinBody(beginning: Buffer, remainder: Readable): Readable {
  const body = new PassThrough();
  if (beginning.length > 0) body.write(beginning);
  remainder.on('error', (error) => body.destroy(error));
  body.on('close', () => remainder.destroy());
  return remainder.pipe(body);
}
