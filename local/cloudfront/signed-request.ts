import { accessDenied, ViewerDeniedError } from './viewer-denied-error.ts';
import type { ViewerRequest } from './viewer-request.ts';

/** Signature of a URL or of cookies. */
export interface SignedRequest {
  readonly keyPairId: string;
  readonly signature: Buffer;
  readonly hash: 'sha1' | 'sha256';
  /** Expiry of a canned policy in seconds since the epoch, or the text of a custom policy. */
  readonly policy:
    { readonly kind: 'canned'; readonly expires: string } | { readonly kind: 'custom'; readonly text: Buffer };
}

type Read = (name: string) => string | undefined;

/**
 * Reads the signature of a request. If the URL has signature parameters, cookies are ignored.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-cookies.html
 *
 * @throws ViewerDeniedError if a parameter is missing, repeated or malformed
 */
export function readSignedRequest(request: ViewerRequest): SignedRequest {
  const fromQuery: Read = (name) =>
    readSingle(request.query.filter(([candidate]) => candidate === name).map(([, value]) => value));
  const fromCookies: Read = (name) =>
    readSingle(request.cookies.filter(([candidate]) => candidate === `CloudFront-${name}`).map(([, value]) => value));
  const inQuery = request.query.some(([name]) => name === 'Signature' || name === 'Key-Pair-Id' || name === 'Policy');
  return parse(inQuery ? fromQuery : fromCookies);
}

function parse(read: Read): SignedRequest {
  const keyPairId = read('Key-Pair-Id');
  if (!keyPairId) throw new ViewerDeniedError('MissingKey', 'Missing Key-Pair-Id query parameter or cookie value');
  const [signature, policy, expires] = [read('Signature'), read('Policy'), read('Expires')];
  const hash = { SHA1: 'sha1', SHA256: 'sha256' }[read('Hash-Algorithm') ?? 'SHA1'];
  if (!signature || (hash !== 'sha1' && hash !== 'sha256')) throw accessDenied();
  const common = { keyPairId, signature: decode(signature), hash } as const;
  if (policy !== undefined) return { ...common, policy: { kind: 'custom', text: decode(policy) } };
  if (expires === undefined || !/^\d{1,10}$/.test(expires)) throw accessDenied();
  return { ...common, policy: { kind: 'canned', expires } };
}

function readSingle(values: readonly (string | undefined)[]): string | undefined {
  if (values.length > 1) throw accessDenied();
  return values[0] === undefined ? undefined : decodePercent(values[0]);
}

function decodePercent(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw accessDenied();
  }
}

/** Decodes Base64 with `-`, `_` and `~` for `+`, `=` and `/`. */
function decode(text: string): Buffer {
  if (!/^[A-Za-z0-9~_-]+$/.test(text)) throw accessDenied();
  const base64 = text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/');
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, '')) throw accessDenied();
  return bytes;
}
