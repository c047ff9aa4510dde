import type { HttpResponse, StreamedHttpRequest } from '../http/http-message.ts';
import { writeQuery } from './viewer-request.ts';
import type { OriginRequest } from './origin-request.ts';
import type { Representation } from './representation.ts';

/** Headers of a single connection (RFC 9110, section 7.6.1), which are not forwarded. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type Invoke = (request: StreamedHttpRequest) => Promise<HttpResponse>;

/** Fetches a response from the function or HTTP API behind an origin. */
export async function fetchFromFunction(invoke: Invoke, request: OriginRequest): Promise<Representation> {
  const { parts, origin } = request;
  const cookie = parts.cookies.map(([name, value]) => `${name}=${value}`).join('; ');
  const custom = origin.OriginCustomHeaders.map(
    ({ HeaderName: name, HeaderValue: value }) => [name.toLowerCase(), value] as const,
  );
  const response = await invoke({
    method: request.method,
    rawPath: `${origin.OriginPath}${request.path}`,
    rawQueryString: writeQuery(parts.query),
    headers: {
      'user-agent': 'Amazon CloudFront',
      ...parts.headers,
      ...(cookie !== '' && { cookie }),
      ...(request.range !== undefined && { range: request.range }),
      ...Object.fromEntries(custom),
      host: origin.DomainName,
      via: `1.1 ${request.distribution.id}.cloudfront.net (CloudFront)`,
      'x-forwarded-for': request.viewer.ip,
      'x-amz-cf-id': request.viewer.id,
    },
    body: request.body,
    sourceIp: request.viewer.ip,
  });
  const headers = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const kept = Object.fromEntries(headers.filter(([name]) => !HOP_BY_HOP.has(name) && name !== 'content-length'));
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  return {
    status: response.statusCode,
    headers: kept,
    cookies: response.cookies,
    sizeBytes: length === undefined ? undefined : Number(length),
    seekable: false,
    open: () => response.body,
    discard: () => response.body.destroy(),
  };
}
