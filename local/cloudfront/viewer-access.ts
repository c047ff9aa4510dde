import type { KeyObject } from 'node:crypto';
import { ViewerDeniedError } from './viewer-denied-error.ts';
import { checkSignedPolicy } from './signed-policy.ts';
import { readSignedRequest, type SignedRequest } from './signed-request.ts';
import { verifyPolicy } from './verify-policy.ts';
import { writeCoveredUrl, type ViewerRequest } from './viewer-request.ts';

/**
 * Checks the signed URL or signed cookies of a request.
 *
 * @param keys public keys of the behavior's trusted key groups, by id
 * @throws ViewerDeniedError
 */
export function checkAccess(request: ViewerRequest, keys: ReadonlyMap<string, KeyObject>, now: Date): void {
  const signed = readSignedRequest(request);
  const key = keys.get(signed.keyPairId);
  if (key === undefined) throw new ViewerDeniedError('InvalidKey', 'Unknown Key');
  const url = writeCoveredUrl(request);
  checkSignedPolicy(verifyPolicy(signed, buildPolicyText(signed, url), key), { url, ip: request.ip, now });
}

/**
 * Returns the text of the policy. A canned policy is not part of the request; signer and CloudFront generate the same text.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html#private-content-canned-policy-creating-policy-statement
 */
function buildPolicyText({ policy }: SignedRequest, url: string): Buffer {
  if (policy.kind === 'custom') return policy.text;
  const resource = JSON.stringify(url);
  const time = policy.expires;
  return Buffer.from(`{"Statement":[{"Resource":${resource},"Condition":{"DateLessThan":{"AWS:EpochTime":${time}}}}]}`);
}
