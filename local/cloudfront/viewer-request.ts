import type { IncomingMessage } from 'node:http';

/** Encoded name and value from a URL; a name without an equals sign has no value. */
export type QueryPair = readonly [name: string, value?: string];

/** Request of a viewer, which functions may replace. */
export interface ViewerRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** Percent-encoded path as sent. */
  readonly path: string;
  readonly query: readonly QueryPair[];
  /** Headers by lower-case name, without `cookie`. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly cookies: readonly (readonly [name: string, value: string])[];
  readonly ip: string;
  readonly id: string;
}

/** Parameters removed before functions, the cache and origins receive the request. */
const SIGNATURE_PARAMETERS = new Set(['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm']);
const SIGNATURE_COOKIE = /^CloudFront-(?:Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)$/;

export function readViewerRequest(incoming: IncomingMessage, id: string): ViewerRequest {
  const [path = '/', ...queryParts] = (incoming.url ?? '/').split('?');
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    const name = (incoming.rawHeaders[index] ?? '').toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), incoming.rawHeaders[index + 1] ?? '']);
  }
  const cookies = parseCookies(headers.get('cookie') ?? []);
  headers.delete('cookie');
  return {
    method: incoming.method ?? 'GET',
    scheme: 'http',
    host: incoming.headers.host ?? '',
    path,
    query: parseQuery(queryParts.join('?')),
    headers,
    cookies,
    ip: incoming.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '',
    id,
  };
}

export function parseQuery(query: string): QueryPair[] {
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals === -1 ? [pair] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
}

export function writeQuery(query: readonly QueryPair[]): string {
  return query.map((pair) => pair.join('=')).join('&');
}

function parseCookies(headers: readonly string[]): [string, string][] {
  return headers
    .flatMap((header) => header.split(';'))
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '')
    .map((cookie) => {
      const equals = cookie.indexOf('=');
      return equals === -1 ? [cookie, ''] : [cookie.slice(0, equals), cookie.slice(equals + 1)];
    });
}

/** Returns the URL that a signature covers, without CloudFront's own parameters. */
export function writeCoveredUrl(request: ViewerRequest): string {
  const query = writeQuery(removeSignature(request).query);
  return `${request.scheme}://${request.host}${request.path}${query === '' ? '' : `?${query}`}`;
}

export function removeSignature(request: ViewerRequest): ViewerRequest {
  return {
    ...request,
    query: request.query.filter(([name]) => !SIGNATURE_PARAMETERS.has(name)),
    cookies: request.cookies.filter(([name]) => !SIGNATURE_COOKIE.test(name)),
  };
}

/** Returns the joined values of a header; undefined if it was not sent. */
export function joinHeader(request: ViewerRequest, name: string): string | undefined {
  return request.headers.get(name)?.join(', ');
}
