import * as z from 'zod';
import { parseQuery, type QueryPair, type ViewerRequest } from './viewer-request.ts';

/**
 * Conversion of requests and responses to and from events of CloudFront Functions.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */

const multi = z.object({
  value: z.string().default(''),
  multiValue: z.array(z.object({ value: z.string() })).optional(),
});
const fields = z.record(z.string(), multi).default({});
type Fields = z.infer<typeof fields>;

const requestSchema = z.object({
  method: z.string(),
  uri: z.string(),
  querystring: z.union([fields, z.string()]),
  headers: fields,
  cookies: fields,
});
export const edgeFunctionResponseSchema = z.object({
  statusCode: z.number().int().min(100).max(599),
  statusDescription: z.string().optional(),
  headers: fields,
  cookies: z.record(z.string(), z.object({ value: z.string(), attributes: z.string().optional() })).default({}),
  body: z.union([z.string(), z.object({ encoding: z.enum(['text', 'base64']), data: z.string() })]).optional(),
});
export type EdgeFunctionResponse = z.infer<typeof edgeFunctionResponseSchema>;

export function toEventRequest(request: ViewerRequest) {
  return {
    method: request.method,
    uri: request.path,
    querystring: group(request.query),
    headers: group([...request.headers].flatMap(([name, values]) => values.map((value): QueryPair => [name, value]))),
    cookies: group(request.cookies),
  };
}

/** Applies the request that a function returned; it cannot change method, scheme or viewer. */
export function fromEventRequest(request: ViewerRequest, result: unknown): ViewerRequest {
  const { uri, querystring, headers, cookies } = requestSchema.parse(result);
  return {
    ...request,
    path: uri,
    query: typeof querystring === 'string' ? parseQuery(querystring) : ungroup(querystring),
    headers: new Map(Object.entries(headers).map(([name, field]) => [name.toLowerCase(), valuesOf(field)])),
    cookies: ungroup(cookies).map(([name, value = '']) => [name, value]),
  };
}

export function ungroupHeaders(headers: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, field]) => [name.toLowerCase(), valuesOf(field).join(', ')]),
  );
}

export function groupHeaders(headers: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));
}

function group(pairs: readonly QueryPair[]): Fields {
  const grouped = new Map<string, string[]>();
  for (const [name, value = ''] of pairs) grouped.set(name, [...(grouped.get(name) ?? []), value]);
  return Object.fromEntries(
    [...grouped].map(([name, values]) => [
      name,
      { value: values[0] ?? '', ...(values.length > 1 && { multiValue: values.map((value) => ({ value })) }) },
    ]),
  );
}

function valuesOf({ value, multiValue }: z.infer<typeof multi>): string[] {
  return multiValue?.map((one) => one.value) ?? [value];
}

function ungroup(grouped: Fields): QueryPair[] {
  return Object.entries(grouped).flatMap(([name, field]) =>
    valuesOf(field).map((value): QueryPair => (value === '' ? [name] : [name, value])),
  );
}
