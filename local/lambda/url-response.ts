import { PassThrough, Readable } from 'node:stream';
import type { HttpResponse } from '../http/http-message.ts';
import { parseJsonOrUndefined, readPayloadResponse, responseHeadSchema } from '../http/payload-response.ts';
import type { StreamedResponse } from './invocation.ts';

const HTTP_INTEGRATION = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8);
const MAX_PRELUDE_BYTES = 64 * 1024;

/**
 * Reads a handler's JSON response: an object with a status code, or any other value as the body itself.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export function bufferedResponse(payload: Buffer): HttpResponse {
  return (
    readPayloadResponse(parseJsonOrUndefined(payload.toString()), 'application/json') ?? {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Readable.from([payload]),
    }
  );
}

/** Text that says that the function did not answer. */
export function failedResponse(statusCode: number, message: string): HttpResponse {
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
export async function streamedResponse({ contentType, streamed, body }: StreamedResponse): Promise<HttpResponse> {
  if (!streamed) return bufferedResponse(Buffer.concat(await body.toArray()));
  if (contentType !== HTTP_INTEGRATION)
    return { statusCode: 200, headers: { 'content-type': contentType }, cookies: [], body };
  let beginning = Buffer.alloc(0);
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    beginning = Buffer.concat([beginning, Buffer.from(chunk)]);
    const end = beginning.indexOf(PRELUDE_END);
    if (end >= 0) {
      const head = responseHeadSchema.safeParse(parseJsonOrUndefined(beginning.subarray(0, end).toString()));
      if (!head.success) break;
      const rest = beginning.subarray(end + PRELUDE_END.length);
      const { statusCode, headers, cookies } = head.data;
      return { statusCode, headers, cookies, body: continued(rest, body) };
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
