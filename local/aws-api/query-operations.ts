import * as z from 'zod';
import { sendQueryResult } from './responses.ts';
import { ApiError } from './api-error.ts';
import { type AccessTable, ApiInput } from './json-operations.ts';
import type { ApiCall, ApiService } from './api-service.ts';
import type { XmlValue } from './xml.ts';

/** Operation that takes the parameters of a request and returns the result element of the response. */
type QueryOperation = (input: unknown, call: ApiCall) => Promise<XmlValue>;

/** Makes an operation that validates its input; every scalar arrives as text. */
export function queryOperation<Schema extends z.ZodType>(
    schema: Schema,
    run: (input: z.infer<Schema>, call: ApiCall) => Promise<XmlValue> | XmlValue,
  ): QueryOperation {
  return async (input, call) => {
    const result = schema.safeParse(input);
    if (!result.success)
      throw new ApiError('InvalidParameter', 400, `Invalid parameter: ${z.prettifyError(result.error)}`);
    return run(result.data, call);
  };
}

/**
 * Makes a service of the AWS Query protocol: form-encoded parameters, XML responses.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryService<Operation extends string>(
  signingName: string,
  namespace: string,
  accessOf: AccessTable<NoInfer<Operation>>,
  operations: Readonly<Record<Operation, QueryOperation>>,
  { deniedCode }: Pick<ApiService, 'deniedCode'> = {},
): ApiService {
  const isKnown = (name: string): name is Operation => Object.hasOwn(operations, name);
  return {
    signingName,
    protocol: 'query',
    ...(deniedCode !== undefined && { deniedCode }),
    handle: async (call) => {
      const { Action: given, ...input } = parseQueryForm(new URLSearchParams((await call.readBody()).toString()));
      const action = String(given);
      if (!isKnown(action)) {
        throw new ApiError('InvalidAction', 400, `The laptop cloud does not implement ${action}`);
      }
      await call.authorize(accessOf[action](new ApiInput(input)));
      sendQueryResult(call, { action, namespace, result: await operations[action](input, call) });
    },
  };
}

/** Value of a parameter, or parameters by the next component of their names. */
type Tree = string | Map<string, Tree>;

/** Parses `A.member.1=x` to `{ A: ['x'] }`, and `A.entry.1.Name=n` to `{ A: [{ Name: 'n' }] }`. */
function parseQueryForm(form: URLSearchParams): Readonly<Record<string, unknown>> {
  const root = new Map<string, Tree>();
  for (const [path, value] of form) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let node = root;
    for (const name of names) {
      const child: Tree = node.get(name) ?? new Map<string, Tree>();
      if (typeof child === 'string')
        throw new ApiError('MalformedQueryString', 400, `${path} contradicts another parameter`);
      node.set(name, child);
      node = child;
    }
    node.set(last, value);
  }
  return collectNames(root);
}

function collectNames(node: ReadonlyMap<string, Tree>): Record<string, unknown> {
  return Object.fromEntries(Array.from(node, ([name, child]) => [name, collect(child)]));
}

function collect(node: Tree): unknown {
  if (typeof node === 'string') return node;
  const items = node.get('member') ?? node.get('entry');
  if (items === undefined || typeof items === 'string') return collectNames(node);
  return [...items].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, item]) => collect(item));
}
