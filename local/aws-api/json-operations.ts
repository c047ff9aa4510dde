import * as z from 'zod';
import type { Access } from '../iam/access.ts';
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

/** Permissions that each operation needs, by its name. */
export type AccessTable<Operation extends string> = Readonly<Record<Operation, (input: ApiInput) => readonly Access[]>>;

/** Parsed body of a request that has not been validated. */
export class ApiInput {
  readonly #body: unknown;

  constructor(body: unknown) {
    this.#body = body;
  }

  /** Returns the first of these members that is a text; an empty text without one. */
  text(...names: readonly string[]): string {
    const members: Record<string, unknown> = Object(this.#body);
    const found = names.map((name) => members[name]).find((value) => typeof value === 'string');
    return found ?? '';
  }

  /** Returns a member that is a list of objects; an empty list without one. */
  list(name: string): readonly ApiInput[] {
    const members: Record<string, unknown> = Object(this.#body);
    const items = members[name];
    return Array.isArray(items) ? items.map((item) => new ApiInput(item)) : [];
  }
}

/**
 * Makes a service of the AWS JSON protocols, which name the operation in `X-Amz-Target`.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonService<Operation extends string>(
  signingName: string,
  targetPrefix: string,
  accessOf: AccessTable<NoInfer<Operation>>,
  operations: Readonly<Record<Operation, JsonOperation>>,
): ApiService {
  const isKnown = (name: string): name is Operation => Object.hasOwn(operations, name);
  return {
    signingName,
    protocol: 'json',
    handle: async (call) => {
      const target = String(call.request.headers['x-amz-target']);
      const name = target.slice(targetPrefix.length + 1);
      if (!target.startsWith(`${targetPrefix}.`) || !isKnown(name)) {
        throw new ApiError('UnknownOperationException', 400, `The laptop cloud does not implement ${target}`);
      }
      const input = parseJson(await call.readBody());
      await call.authorize(accessOf[name](new ApiInput(input)));
      const output = await operations[name](input, call);
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
