import { createPrivateKey, type KeyObject } from 'node:crypto';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { videoPrefix } from '../contracts/output-layout.ts';

export interface VideoSigner {
  /** Scheme and authority of the edge. */
  readonly edgeUrl: string;
  /** CloudFront's id of the public key. */
  readonly keyPairId: string;
  /** PKCS #8 PEM, ECDSA P-256. */
  readonly privateKeyPem: string;
}

/**
 * Signs the whole path of a video including queries, since `*` in a policy's resource matches any characters.
 *
 * @param expiresAt rounded down to seconds
 * @returns `Policy=…&Key-Pair-Id=…&Signature=…&Hash-Algorithm=SHA256`, for any URL below the path
 */
export function signVideo(signer: VideoSigner, videoId: string, expiresAt: Date): string {
  const path = `${signer.edgeUrl}/${videoPrefix(videoId)}`;
  const url = sign(signer, path, `${path}*`, expiresAt);
  return url.slice(url.indexOf('?') + 1);
}

/**
 * Signs one object.
 *
 * @param key key in the output bucket
 * @param expiresAt rounded down to seconds
 * @returns the URL of the object at the edge
 */
export function signObject(signer: VideoSigner, key: string, expiresAt: Date): string {
  const url = `${signer.edgeUrl}/${key}`;
  return sign(signer, url, url, expiresAt);
}

function sign({ keyPairId, privateKeyPem }: VideoSigner, url: string, resource: string, expiresAt: Date): string {
  const policy = JSON.stringify({
    Statement: [
      {
        Resource: resource,
        Condition: { DateLessThan: { 'AWS:EpochTime': Math.floor(expiresAt.getTime() / 1000) } },
      },
    ],
  });
  // The library, and CloudFront without `Hash-Algorithm`, default to SHA-1.
  return getSignedUrl({ url, policy, keyPairId, privateKey: parsedKey(privateKeyPem), algorithm: 'SHA256' });
}

let parsed: { readonly pem: string; readonly key: KeyObject } | undefined;

/**
 * Returns the parsed key, kept for the next signature since parsing takes longer than signing. The library passes it on to
 * Node's `Sign`, which takes a parsed key too; its type names only PEM.
 * https://nodejs.org/docs/latest-v24.x/api/crypto.html#signsignprivatekey-outputencoding
 */
function parsedKey(pem: string): string {
  if (parsed?.pem !== pem) parsed = { pem, key: createPrivateKey(pem) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library's type is narrower than what it accepts
  return parsed.key as unknown as string;
}
