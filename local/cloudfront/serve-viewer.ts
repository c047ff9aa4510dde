import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { ViewerDeniedError } from './viewer-denied-error.ts';
import { chooseBehavior } from './choose-behavior.ts';
import type { CachedOrigin, EdgeResponse } from './cached-origin.ts';
import type { Distribution, ResolvedBehavior } from './distribution.ts';
import { EdgeFunctionError } from './edge-function.ts';
import { makeEdgeError, makeOriginError } from './error-page.ts';
import { makeMemoryRepresentation, type Representation } from './representation.ts';
import { applyResponseHeaders } from './response-headers-policy.ts';
import { sendRepresentation } from './send-representation.ts';
import { checkAccess } from './viewer-access.ts';
import { runRequestFunction, runResponseFunction } from './viewer-functions.ts';
import { type ViewerRequest, removeSignature } from './viewer-request.ts';

/** Outcome of a request, for the log. */
export interface ServedResponse {
  readonly status: number;
  readonly result: string;
}

interface Edge {
  readonly origin: CachedOrigin;
  readonly now: () => Date;
}

/** Serves a viewer request: access, functions, cache and origin, headers, conditions and ranges. */
export async function serveViewer(
  edge: Edge,
  distribution: Distribution,
  viewer: ViewerRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<ServedResponse> {
  const resolved = resolveBehavior(distribution, viewer.path);
  let viewerResponse: ViewerResponse | undefined;
  try {
    viewerResponse = await respond(edge, distribution, resolved, viewer, incoming);
    const { request, edgeResponse } = viewerResponse;
    const representation = await finishResponse(distribution, resolved, request, edgeResponse);
    await sendRepresentation(request, representation, representation.cookies, response);
    return { status: response.statusCode, result: edgeResponse.result };
  } catch (error) {
    viewerResponse?.edgeResponse.representation.discard();
    if (!(error instanceof EdgeFunctionError)) throw error;
    const { status, message } = error;
    const title = status === 502 ? 'Bad gateway' : 'Service unavailable';
    await sendRepresentation(removeSignature(viewer), makeEdgeError(status, title, message), [], response);
    return { status, result: 'Error' };
  }
}

function resolveBehavior(distribution: Distribution, path: string): ResolvedBehavior {
  const behavior = distribution.behaviors.get(chooseBehavior(distribution.config, path));
  if (behavior === undefined) throw new Error(`Distribution ${distribution.id} was not resolved.`);
  return behavior;
}

interface ViewerResponse {
  /** Request as the origin received it. */
  readonly request: ViewerRequest;
  readonly edgeResponse: ServedEdgeResponse;
}

/** Response of the cache, an origin or a function; for the last, no function for viewer responses is invoked. */
type ServedEdgeResponse = Omit<EdgeResponse, 'result'> & { readonly result: keyof typeof X_CACHE };

async function respond(
  { origin, now }: Edge,
  distribution: Distribution,
  resolved: ResolvedBehavior,
  viewer: ViewerRequest,
  incoming: IncomingMessage,
): Promise<ViewerResponse> {
  if (!resolved.behavior.AllowedMethods.includes(viewer.method)) {
    const page = makeEdgeError(
      403,
      'Forbidden',
      'This distribution is not configured to allow the HTTP request method.',
    );
    return { request: removeSignature(viewer), edgeResponse: edgeResponseOf(page) };
  }
  try {
    if (resolved.trustedKeys !== undefined) checkAccess(viewer, resolved.trustedKeys, now());
  } catch (error) {
    if (!(error instanceof ViewerDeniedError)) throw error;
    return {
      request: removeSignature(viewer),
      edgeResponse: edgeResponseOf(makeOriginError(403, error.code, error.message)),
    };
  }
  const unsigned = removeSignature(viewer);
  const outcome = await runRequestFunction(distribution, resolved, unsigned);
  if ('generated' in outcome) {
    return {
      request: unsigned,
      edgeResponse: { representation: outcome.generated, result: 'FunctionGeneratedResponse', ageSeconds: undefined },
    };
  }
  let { request } = outcome;
  const root = distribution.config.DefaultRootObject;
  if (request.path === '/' && root !== '') request = { ...request, path: `/${root}` };
  const edgeResponse = await origin.fetch({ distribution, resolved, request, body: incoming });
  return { request, edgeResponse: await applyCustomError({ origin, now }, distribution, request, edgeResponse) };
}

function edgeResponseOf(representation: Representation): EdgeResponse {
  return {
    representation,
    result: 'Error',
    ageSeconds: undefined,
  };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/GeneratingCustomErrorResponses.html */
async function applyCustomError(
  edge: Edge,
  distribution: Distribution,
  request: ViewerRequest,
  edgeResponse: EdgeResponse,
): Promise<EdgeResponse> {
  const { status } = edgeResponse.representation;
  const custom = distribution.config.CustomErrorResponses.find(({ ErrorCode: code }) => code === status);
  if (custom?.ResponsePagePath === undefined) return edgeResponse;
  const page = { ...request, method: 'GET', path: custom.ResponsePagePath, query: [] };
  const resolved = resolveBehavior(distribution, page.path);
  const body = Readable.from([]);
  const { representation } = await edge.origin.fetch({ distribution, resolved, request: page, body });
  if (representation.status !== 200) {
    representation.discard();
    return edgeResponse;
  }
  edgeResponse.representation.discard();
  return {
    ...edgeResponse,
    representation: { ...representation, status: custom.ResponseCode ?? status, seekable: false },
  };
}

const X_CACHE = {
  Hit: 'Hit from cloudfront',
  Miss: 'Miss from cloudfront',
  RefreshHit: 'RefreshHit from cloudfront',
  FunctionGeneratedResponse: 'FunctionGeneratedResponse from cloudfront',
  Error: 'Error from cloudfront',
} as const;

/** Adds the headers of CloudFront and of the policy, and the changes of the function. @throws EdgeFunctionError */
async function finishResponse(
  distribution: Distribution,
  resolved: ResolvedBehavior,
  request: ViewerRequest,
  { representation, result, ageSeconds }: ServedEdgeResponse,
): Promise<Representation> {
  const own = {
    ...representation.headers,
    'x-cache': X_CACHE[result],
    via: `1.1 ${distribution.id.toLowerCase()}.cloudfront.net (CloudFront)`,
    'x-amz-cf-id': request.id,
    ...(ageSeconds !== undefined && { age: String(ageSeconds) }),
  };
  const policy = resolved.responseHeadersPolicy;
  const headers = policy === undefined ? own : applyResponseHeaders(policy, request, own);
  if (result === 'FunctionGeneratedResponse') return { ...representation, headers };
  const changed = await runResponseFunction(distribution, resolved, request, { ...representation, headers });
  if (changed.body === undefined) return { ...representation, ...changed };
  representation.discard();
  return makeMemoryRepresentation(changed.status, changed.headers, changed.body, changed.cookies);
}
