import { type KeyObject, verify } from 'node:crypto';
import { accessDenied } from './viewer-denied-error.ts';
import { parseSignedPolicy, type SignedPolicy } from './signed-policy.ts';
import type { SignedRequest } from './signed-request.ts';

/** Maximum number of verified policies kept for a key. */
const MAX_POLICIES_PER_KEY = 500;

/**
 * Policies by the key that signed them, in the order of their last use. Players send the same signature with every range
 * of a video, and it is verified only once. Callers look up the key among the trusted ones first, so policies of a removed
 * key are unreachable. Policies with invalid signatures are not kept, so they cannot evict others.
 */
const kept = new WeakMap<KeyObject, Map<string, SignedPolicy>>();

/**
 * Verifies the signature of a policy and parses it. The caller checks its time, address and resource.
 *
 * @param text text of the policy
 * @throws ViewerDeniedError if the key did not sign this text, or if it is not a valid policy
 */
export function verifyPolicy({ hash, signature }: SignedRequest, text: Buffer, key: KeyObject): SignedPolicy {
  const policies = kept.get(key) ?? new Map<string, SignedPolicy>();
  kept.set(key, policies);
  const id = `${hash} ${signature.toString('base64')} ${text.toString('base64')}`;
  const known = policies.get(id);
  if (known === undefined && !isSignatureOf(hash, signature, text, key)) throw accessDenied();
  const policy = known ?? parseSignedPolicy(text);
  policies.delete(id);
  policies.set(id, policy);
  const [oldest] = policies.keys();
  if (policies.size > MAX_POLICIES_PER_KEY && oldest !== undefined) policies.delete(oldest);
  return policy;
}

/** Verifies a signature: PKCS #1 v1.5 for RSA keys, DER for ECDSA keys. */
function isSignatureOf(hash: 'sha1' | 'sha256', signature: Buffer, text: Buffer, key: KeyObject): boolean {
  try {
    return verify(hash, text, key, signature);
  } catch {
    return false;
  }
}
