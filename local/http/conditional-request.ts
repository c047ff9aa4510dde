import type { Representation } from '../cloudfront/representation.ts';
import { headerOf, type ViewerRequest } from '../cloudfront/viewer-request.ts';

/** Whether the viewer has this representation already (RFC 9110, section 13.2.2). */
export function isNotModified(request: ViewerRequest, { headers }: Representation): boolean {
  const noneMatch = headerOf(request, 'if-none-match');
  if (noneMatch !== undefined) return matchesAny(noneMatch, headers['etag']);
  const since = Date.parse(headerOf(request, 'if-modified-since') ?? '');
  const modified = Date.parse(headers['last-modified'] ?? '');
  return modified <= since;
}

/** Whether a `Range` applies: there is no `If-Range`, or it names this very representation (RFC 9110, section 13.1.5). */
export function rangeApplies(request: ViewerRequest, { headers }: Representation): boolean {
  const condition = headerOf(request, 'if-range');
  if (condition === undefined) return true;
  if (condition.startsWith('"')) return condition === headers['etag'];
  return headers['last-modified'] !== undefined && Date.parse(condition) === Date.parse(headers['last-modified']);
}

/** The comparison for `If-None-Match` is the weak one. */
function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}

function matchesAny(list: string, etag: string | undefined): boolean {
  if (etag === undefined) return false;
  if (list.trim() === '*') return true;
  return list.split(',').some((tag) => opaque(tag) === opaque(etag));
}
