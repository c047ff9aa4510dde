import { z } from 'zod';
import { sendJson } from './responses.ts';
import { ApiError } from './api-error.ts';
import type { ApiCall, ApiService } from './service.ts';

/** Takes the parsed body of a request and returns that of the answer. */
export type JsonOperation = (input: unknown, call: ApiCall) => Promise<object>;

/**
 * An operation whose input is checked first. Members that the schema does not name are dropped.
 *
 * @param code error code for input that does not fit
 */
export function jsonOperation<Schema extends z.ZodType>(
    schema: Schema,
    run: (input: z.infer<Schema>, call: ApiCall) => Promise<object> | object,
    code = 'ValidationException',
  ): JsonOperation {
  return async (input, call) => {
    const result = schema.safeParse(input);
    if (!result.success) throw new ApiError(code, 400, z.prettifyError(result.error));
    return run(result.data, call);
  };
}

/**
 * A service of the AWS JSON protocols, which name the operation in `X-Amz-Target`.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonService(
  signingName: string,
  targetPrefix: string,
  operations: Readonly<Record<string, JsonOperation>>,
): ApiService {
  const byName = new Map(Object.entries(operations));
  return {
    signingName,
    protocol: 'json',
    handle: async (call) => {
      const target = String(call.request.headers['x-amz-target']);
      const operation = target.startsWith(`${targetPrefix}.`) && byName.get(target.slice(targetPrefix.length + 1));
      if (!operation) {
        throw new ApiError('UnknownOperationException', 400, `The laptop cloud does not carry out ${target}`);
      }
      const answer = await operation(parseJson(await call.readBody()), call);
      if (!call.response.destroyed) sendJson(call, answer);
    },
  };
}

/** @throws ApiError `SerializationException`; an empty body is an empty object */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new ApiError('SerializationException', 400, 'The request body is not valid JSON', { cause });
  }
}
