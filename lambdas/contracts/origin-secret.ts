import { createHash } from 'node:crypto';

/**
 * Header in which the distribution sends its secret to the API. CloudFront overwrites the header of a viewer; it adds no
 * header whose name begins with `X-Amz-` or `X-Edge-`.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
 */
export const ORIGIN_SECRET_HEADER = 'x-sluice-origin-secret';

/**
 * Returns the digest by which the API recognizes a secret. The secret has the entropy of a key, so its digest reveals nothing:
 * the API knows the digest only, without a permission on the secret or a request for it.
 */
export function digestOriginSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
