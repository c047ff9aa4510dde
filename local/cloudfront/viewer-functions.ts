import type { Distribution, ResolvedBehavior } from './distribution.ts';
import { EdgeFunctionError } from './edge-function.ts';
import {
  fromEventRequest,
  edgeFunctionResponseSchema,
  groupHeaders,
  ungroupHeaders,
  toEventRequest,
  type EdgeFunctionResponse,
} from './function-event.ts';
import { memoryRepresentation, type Representation } from './representation.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** What becomes of a request: it goes on, changed or not, or is answered here. */
export type RequestOutcome = { readonly request: ViewerRequest } | { readonly generated: Representation };

/**
 * Runs the behaviour's function for viewer requests, if it has one.
 *
 * @throws EdgeFunctionError
 */
export async function runRequestFunction(
  distribution: Distribution,
  { functions }: ResolvedBehavior,
  request: ViewerRequest,
): Promise<RequestOutcome> {
  const edgeFunction = functions.get('viewer-request');
  if (edgeFunction === undefined) return { request };
  const event = { ...createEvent(distribution, request, 'viewer-request'), request: toEventRequest(request) };
  const result = await edgeFunction.run(event);
  const generated = edgeFunctionResponseSchema.safeParse(result);
  if (generated.success) return { generated: toRepresentation(generated.data) };
  return { request: orFunctionError(() => fromEventRequest(request, result)) };
}

/** The headers and cookies of an answer as the viewer gets them. */
export interface FinishedHeaders {
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

/**
 * Runs the behaviour's function for answers, if it has one. CloudFront invokes none for an error.
 *
 * @throws EdgeFunctionError
 */
export async function runResponseFunction(
  distribution: Distribution,
  { functions }: ResolvedBehavior,
  request: ViewerRequest,
  { status, headers, cookies }: Representation,
): Promise<FinishedHeaders> {
  const edgeFunction = functions.get('viewer-response');
  if (edgeFunction === undefined || status >= 400) return { headers, cookies };
  const result = await edgeFunction.run({
    ...createEvent(distribution, request, 'viewer-response'),
    request: toEventRequest(request),
    response: { statusCode: status, headers: groupHeaders(headers), cookies: {} },
  });
  const changed = orFunctionError(() => edgeFunctionResponseSchema.parse(result));
  return { headers: ungroupHeaders(changed.headers), cookies: [...cookies, ...toRepresentation(changed).cookies] };
}

function orFunctionError<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new EdgeFunctionError('The function answered neither a request nor a response', { cause: error });
  }
}

function createEvent(distribution: Distribution, request: ViewerRequest, eventType: string) {
  return {
    version: '1.0',
    context: {
      distributionDomainName: distribution.domainName,
      distributionId: distribution.id,
      eventType,
      requestId: request.id,
    },
    viewer: { ip: request.ip },
  };
}

function toRepresentation({ statusCode, headers, cookies, body = '' }: EdgeFunctionResponse): Representation {
  const bytes =
    typeof body === 'string'
      ? Buffer.from(body)
      : Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8');
  const setCookies = Object.entries(cookies).map(
    ([name, { value, attributes }]) => `${name}=${value}${attributes ? `; ${attributes}` : ''}`,
  );
  return memoryRepresentation(statusCode, ungroupHeaders(headers), bytes, setCookies);
}
