import { z } from 'zod';
import { sendJson } from './responses.ts';
import { ApiError } from './api-error.ts';
import type { ApiCall, ApiService } from './api-service.ts';

/** Operation that takes the parsed body of a request and returns the body of the response. */
export type JsonOperation = (input: unknown, call: ApiCall) => Promise<object>;

/**
 * Makes an operation that validates its input. Members that the schema does not name are dropped.
 *
 * @param code error code for invalid input
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
 * Makes a service of the AWS JSON protocols, which name the operation in `X-Amz-Target`.
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
        throw new ApiError('UnknownOperationException', 400, `The laptop cloud does not implement ${target}`);
      }
      const output = await operation(parseJson(await call.readBody()), call);
      if (!call.response.destroyed) sendJson(call, output);
    },
  };
}

/** Parses a body; an empty one is an empty object. @throws ApiError `SerializationException` */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new ApiError('SerializationException', 400, 'The request body is not valid JSON', { cause });
  }
}
