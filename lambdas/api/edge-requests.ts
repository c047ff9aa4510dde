import { timingSafeEqual } from 'node:crypto';
import { digestOriginSecret } from '../contracts/origin-secret.ts';

/** Returns whether a request came through the edge, given the header in which the distribution sends its secret. */
export type IsFromEdge = (secret: string | undefined) => boolean;

/**
 * Returns a function that recognizes the secrets of all accepted generations. It compares digests, which have the same length,
 * in constant time.
 *
 * @param digests SHA-256 in hexadecimal digits, separated by white space
 * @throws Error if there is no digest
 */
export function edgeRecognizer(digests: string): IsFromEdge {
  const accepted = [...digests.matchAll(/[0-9a-f]{64}/g)].map(([digest]) => Buffer.from(digest, 'hex'));
  if (accepted.length === 0) throw new Error('ORIGIN_SECRET_DIGESTS holds no digest.');
  return (secret) => {
    if (secret === undefined) return false;
    const digest = Buffer.from(digestOriginSecret(secret), 'hex');
    return accepted.map((one) => timingSafeEqual(one, digest)).includes(true);
  };
}
