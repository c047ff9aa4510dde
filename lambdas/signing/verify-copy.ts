import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import { videoPrefix } from '../contracts/output-layout.ts';

/** Returns whether native parameters are a valid signature for the whole path of a video. */
export type VerifyCopy = (native: string, videoId: string) => boolean;

/** Policy as `signVideo` writes it: one statement, one resource and an expiry. */
const policySchema = z.strictObject({
  Statement: z.tuple([
    z.strictObject({
      Resource: z.string(),
      Condition: z.strictObject({ DateLessThan: z.strictObject({ 'AWS:EpochTime': z.number() }) }),
    }),
  ]),
});

/**
 * Returns a function that verifies the copy of a signature that a playlist request carries in `t`. CloudFront has verified
 * the native parameters, which it then removes, but not `t`: one viewer could otherwise request the same playlist with any
 * number of forged copies, each with a cache entry and a read of its own.
 *
 * The host in the policy is not checked: the function cannot know the domain of the distribution that refers to it, and
 * CloudFront checks the signature again on each URI of the playlist.
 *
 * @param keys public keys by CloudFront's id
 */
export function copyVerifier(keys: ReadonlyMap<string, KeyObject>, now: () => Date): VerifyCopy {
  return (native, videoId) => {
    const parameters = new Map(native.split('&').map((pair) => splitPair(pair)));
    const key = keys.get(parameters.get('Key-Pair-Id') ?? '');
    const policy = decode(parameters.get('Policy') ?? '');
    const signature = decode(parameters.get('Signature') ?? '');
    if (key === undefined || policy === undefined || signature === undefined) return false;
    // Without the parameter, CloudFront uses SHA-1.
    const hash = parameters.get('Hash-Algorithm') ?? 'SHA1';
    return isSignatureOf(hash, policy, key, signature) && covers(policy, videoId, now());
  };
}

const PUBLIC_KEY = /(?<id>[A-Za-z0-9]+)\s+(?<pem>-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----)/g;

/**
 * Parses the public keys of all trusted generations.
 *
 * @param text for each key CloudFront's id, white space and the PEM
 * @throws Error if there is no key, or one is invalid
 */
export function parsePublicKeys(text: string): ReadonlyMap<string, KeyObject> {
  const keys = new Map([...text.matchAll(PUBLIC_KEY)].map(({ groups }) => [groups?.['id'] ?? '', createPublicKey(groups?.['pem'] ?? '')]));
  if (keys.size === 0) throw new Error('PLAYBACK_PUBLIC_KEYS holds no public key.');
  return keys;
}

function splitPair(pair: string): [name: string, value: string] {
  const equals = pair.indexOf('=');
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

/**
 * Decodes CloudFront's variant of base64. Only the canonical spelling is valid, so that one signature has one copy.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */
function decode(value: string): Buffer | undefined {
  const base64 = value.replace(/[-_~]/g, (character) => ({ '-': '+', _: '=', '~': '/' })[character] ?? '');
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}

function isSignatureOf(hash: string, text: Buffer, key: KeyObject, signature: Buffer): boolean {
  try {
    return verify(hash, text, key, signature);
  } catch {
    return false;
  }
}

function covers(text: Buffer, videoId: string, now: Date): boolean {
  const policy = policySchema.safeParse(parseJson(text)).data;
  if (policy === undefined) return false;
  const [{ Resource: resource, Condition: condition }] = policy.Statement;
  const [, path] = /^https?:\/\/[^/?#*]+\/(.*)$/.exec(resource) ?? [];
  return path === `${videoPrefix(videoId)}*` && now.getTime() / 1000 < condition.DateLessThan['AWS:EpochTime'];
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
