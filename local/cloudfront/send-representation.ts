import type { ServerResponse } from 'node:http';
import { parseRange } from '../http/byte-range.ts';
import { findFailedCondition, isRangeApplicable, type Validators } from '../http/conditional-request.ts';
import type { Representation } from './representation.ts';
import { sendBody } from './send-body.ts';
import { joinHeader, type ViewerRequest } from './viewer-request.ts';

/** Applies the viewer's conditions and range, and sends the representation at the speed of the viewer. */
export async function sendRepresentation(
  request: ViewerRequest,
  representation: Representation,
  cookies: readonly string[],
  response: ServerResponse,
): Promise<void> {
  const { headers, sizeBytes: size } = representation;
  const head: Record<string, string | string[]> = {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  };
  const validators = validatorsOf(representation);
  const readable = request.method === 'GET' || request.method === 'HEAD';
  if (readable && representation.status === 200 && isNotModified(request, validators)) {
    representation.discard();
    for (const name of ['content-type', 'content-encoding', 'content-range', 'accept-ranges']) delete head[name];
    response.writeHead(304, head).end();
    return;
  }
  const allowsRange =
    representation.status === 200 &&
    representation.seekable &&
    isRangeApplicable(validators, joinHeader(request, 'if-range'));
  const range = allowsRange ? parseRange(joinHeader(request, 'range'), size ?? 0) : undefined;
  if (range === 'unsatisfiable') {
    representation.discard();
    response.writeHead(416, { ...head, 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  if (range !== undefined) head['content-range'] = `bytes ${range.start}-${range.end}/${size}`;
  const length = range === undefined ? size : range.end - range.start + 1;
  if (length !== undefined) head['content-length'] = String(length);
  response.writeHead(range === undefined ? representation.status : 206, head);
  if (request.method === 'HEAD' || length === 0) {
    representation.discard();
    response.end();
    return;
  }
  await sendBody(representation.open(range), response);
}

function validatorsOf({ headers: { etag, 'last-modified': modified } }: Representation): Validators {
  return { etag, lastModified: modified === undefined ? undefined : new Date(modified) };
}

/** Evaluates the conditions for cached copies; CloudFront evaluates no others itself. */
function isNotModified(request: ViewerRequest, validators: Validators): boolean {
  const ifNoneMatch = joinHeader(request, 'if-none-match');
  const ifModifiedSince = joinHeader(request, 'if-modified-since');
  return findFailedCondition(validators, { ifNoneMatch, ifModifiedSince }) !== undefined;
}
