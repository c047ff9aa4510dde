import * as z from 'zod';

/** JSON in the secret of one key generation. */
export const signingKeySchema = z.object({
  /** PKCS #8, ECDSA P-256. */
  privateKeyPem: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  /** SubjectPublicKeyInfo. */
  publicKeyPem: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
});
export type SigningKey = z.infer<typeof signingKeySchema>;
