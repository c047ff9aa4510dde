import { verify, type KeyObject } from 'node:crypto';
import { accessDenied } from './viewer-denied-error.ts';
import { parseSignedPolicy, type SignedPolicy } from './signed-policy.ts';
import type { SignedRequest } from './signed-request.ts';

/** A player sends the same signature with every range of a video; more than these at a time is a crowd. */
const MAX_POLICIES_PER_KEY = 500;

/**
 * Policies by the key that has signed them, in the order of their last use, so that a signature is verified once and not
 * with every range. Whoever asks has found the key among those trusted now: what is kept of a withdrawn one is out of
 * reach, and goes with it. Only what was signed is kept, so that nobody can crowd it out with inventions.
 */
const kept = new WeakMap<KeyObject, Map<string, SignedPolicy>>();

/**
 * The policy of a request, whose time, address and resource are still to be checked.
 *
 * @param text of the policy
 * @throws ViewerDeniedError unless the key has signed this text, and it is a policy
 */
export function verifiedPolicy({ hash, signature }: SignedRequest, text: Buffer, key: KeyObject): SignedPolicy {
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

/** RSA keys sign with PKCS #1 v1.5, ECDSA ones in DER. */
function isSignatureOf(hash: 'sha1' | 'sha256', signature: Buffer, text: Buffer, key: KeyObject): boolean {
  try {
    return verify(hash, text, key, signature);
  } catch {
    return false;
  }
}
