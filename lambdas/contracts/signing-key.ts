import { z } from 'zod';

/** What the secret of one key generation holds, as JSON. */
export const signingKeySchema = z.object({
  /** PKCS #8, ECDSA P-256. */
  privateKeyPem: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  /** SubjectPublicKeyInfo. */
  publicKeyPem: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
});
export type SigningKey = z.infer<typeof signingKeySchema>;
