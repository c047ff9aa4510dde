import { createHash } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';

/** Parameters of Signature Version 4, for requests that no SDK would send. */
export interface Signing {
  readonly endpoint: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly service: string;
  readonly date?: Date;
}

export interface RawRequest {
  readonly method: string;
  /** Percent-encoded path with its query. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

export function sha256(body: string | Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}

export function signerFor({ credentials, service }: Signing): SignatureV4 {
  return new SignatureV4({
    credentials,
    service,
    region: 'us-east-1',
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
}

function toHttpRequest({ endpoint }: Signing, { method, path, headers, body }: RawRequest): HttpRequest {
  const url = new URL(endpoint + path);
  return new HttpRequest({
    method,
    hostname: url.hostname,
    path: path.split('?', 1)[0] ?? '/',
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    body,
  });
}

/** Returns the headers of the signed request. */
export async function signHeaders(signing: Signing, request: RawRequest): Promise<Record<string, string>> {
  const signed = await signerFor(signing).sign(toHttpRequest(signing, request), {
    signingDate: signing.date ?? new Date(),
  });
  const { host: _host, ...headers } = signed.headers;
  return headers;
}

export async function signedFetch(signing: Signing, request: RawRequest): Promise<Response> {
  return await fetch(signing.endpoint + request.path, {
    method: request.method,
    headers: await signHeaders(signing, request),
    ...(request.body === undefined ? {} : { body: Uint8Array.from(Buffer.from(request.body)) }),
  });
}

/** Returns a presigned URL. The given headers are signed and have to be sent. */
export async function presign(signing: Signing, request: RawRequest, expiresIn = 300): Promise<string> {
  const unsigned = toHttpRequest(signing, request);
  const payload = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  unsigned.headers = { ...unsigned.headers, ...payload };
  const signed = await signerFor(signing).presign(unsigned, {
    expiresIn,
    signingDate: signing.date ?? new Date(),
    unsignableHeaders: new Set(['x-amz-content-sha256']),
    unhoistableHeaders: new Set(Object.keys(unsigned.headers)),
  });
  const query = new URLSearchParams(Object.entries(signed.query ?? {}).map(([name, value]) => [name, String(value)]));
  return `${signing.endpoint}${signed.path}?${query.toString().replaceAll('+', '%20')}`;
}
