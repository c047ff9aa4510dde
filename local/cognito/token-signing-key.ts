import { join } from 'node:path';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import * as z from 'zod';
import { JsonFile } from '../durable/json-file.ts';

const ALGORITHM = 'RS256';

const privateJwkSchema = z.object({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});

const REMEDY = 'or delete it, which signs everyone out';

/** Key that signs all tokens of the laptop. */
export interface TokenSigningKey {
  readonly algorithm: typeof ALGORITHM;
  readonly keyId: string;
  readonly privateKey: CryptoKey | Uint8Array;
  /** JSON Web Key Set with the public key. https://www.rfc-editor.org/rfc/rfc7517 */
  readonly jwks: { readonly keys: readonly Readonly<Record<string, string>>[] };
}

/** Opens the key in the directory, or creates one in a file that only its owner can read. */
export async function openTokenSigningKey(directory: string): Promise<TokenSigningKey> {
  const file = new JsonFile(join(directory, 'signing-key.json'), privateJwkSchema.nullable(), null, REMEDY);
  const jwk = file.value ?? privateJwkSchema.parse(await generateJwk());
  if (file.value === null) file.write(jwk);
  const { kty, n, e } = jwk;
  const keyId = await calculateJwkThumbprint({ kty, n, e });
  return {
    algorithm: ALGORITHM,
    keyId,
    privateKey: await importJWK(jwk, ALGORITHM),
    jwks: { keys: [{ kty, n, e, kid: keyId, alg: ALGORITHM, use: 'sig' }] },
  };
}

async function generateJwk(): Promise<unknown> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  return exportJWK(privateKey);
}
