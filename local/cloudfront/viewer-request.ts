import type { IncomingMessage } from 'node:http';

/** Name and value as they stand in the URL, still encoded; no value for a name without an equals sign. */
export type QueryPair = readonly [name: string, value?: string];

/** A request as it passes through the edge; functions replace it by another. */
export interface ViewerRequest {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** Percent-encoded, as sent. */
  readonly path: string;
  readonly query: readonly QueryPair[];
  /** By lower-case name, `cookie` left out. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly cookies: readonly (readonly [name: string, value: string])[];
  readonly ip: string;
  readonly id: string;
}

/** Taken away before a function, the cache or an origin sees the request. */
const SIGNATURE_PARAMETERS = new Set(['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm']);
const SIGNATURE_COOKIE = /^CloudFront-(?:Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)$/;

export function readViewerRequest(incoming: IncomingMessage, id: string): ViewerRequest {
  const [path = '/', ...rest] = (incoming.url ?? '/').split('?');
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
    query: parseQuery(rest.join('?')),
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

/** The URL that a signature speaks of: everything but CloudFront's own parameters. */
export function unsignedUrl(request: ViewerRequest): string {
  const query = writeQuery(withoutSignature(request).query);
  return `${request.scheme}://${request.host}${request.path}${query === '' ? '' : `?${query}`}`;
}

export function withoutSignature(request: ViewerRequest): ViewerRequest {
  return {
    ...request,
    query: request.query.filter(([name]) => !SIGNATURE_PARAMETERS.has(name)),
    cookies: request.cookies.filter(([name]) => !SIGNATURE_COOKIE.test(name)),
  };
}

/** Values of a header joined as HTTP allows; undefined if it was not sent. */
export function headerOf(request: ViewerRequest, name: string): string | undefined {
  return request.headers.get(name)?.join(', ');
}
