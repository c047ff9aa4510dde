import type { HttpResponse } from '../http/http-message.ts';
import { parseJsonOrUndefined } from '../cloud/parse-json.ts';
import { readPayloadResponse, makeWholeResponse } from '../http/payload-response.ts';

/** Makes a response of API Gateway itself. */
export function makeGatewayResponse(statusCode: number, message: string): HttpResponse {
  return makeWholeResponse(
    statusCode,
    { 'content-type': 'application/json' },
    Buffer.from(JSON.stringify({ message })),
  );
}

/**
 * Reads a function's response: an object with a status code, or any other JSON as the body itself.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 *
 * @returns undefined if it is neither
 */
export function readProxyResponse(payload: Buffer): HttpResponse | undefined {
  const value = parseJsonOrUndefined(payload.toString());
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = typeof value === 'string' ? Buffer.from(value) : payload;
    return makeWholeResponse(200, { 'content-type': 'application/json' }, body);
  }
  return readPayloadResponse(value, 'text/plain;charset=UTF-8');
}
