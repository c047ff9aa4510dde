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
export function signVideo(
  { edgeUrl, keyPairId, privateKeyPem }: VideoSigner,
  videoId: string,
  expiresAt: Date,
): string {
  const path = `${edgeUrl}/${videoPrefix(videoId)}`;
  const policy = JSON.stringify({
    Statement: [
      {
        Resource: `${path}*`,
        Condition: { DateLessThan: { 'AWS:EpochTime': Math.floor(expiresAt.getTime() / 1000) } },
      },
    ],
  });
  // The library, and CloudFront without `Hash-Algorithm`, default to SHA-1.
  const url = getSignedUrl({ url: path, policy, keyPairId, privateKey: privateKeyPem, algorithm: 'SHA256' });
  return url.slice(url.indexOf('?') + 1);
}
