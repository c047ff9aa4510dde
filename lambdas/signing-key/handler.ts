import * as z from 'zod';
import { secretsManagerClient } from '../runtime/clients/secrets-manager.ts';
import { customResource } from '../runtime/custom-resource.ts';
import { ensureKeyPair } from './ensure-key-pair.ts';
import { keySecret } from './key-secret.ts';

const propertiesSchema = z.object({ SecretArn: z.string().min(1) });

const client = secretsManagerClient();

async function providePublicKey(event: { readonly ResourceProperties: unknown }) {
  const { SecretArn: secretArn } = propertiesSchema.parse(event.ResourceProperties);
  return { data: { PublicKeyPem: await ensureKeyPair(keySecret(client, secretArn), secretArn) } };
}

/**
 * Handles `Custom::SigningKeyPair`, the key pair of one generation of signed URLs. The PEM of a CloudFront public key
 * can never change, so every request for the same secret returns the same PEM. Deletes do nothing: CloudFormation
 * deletes the secret.
 */
export const handler = customResource({ onCreate: providePublicKey, onUpdate: providePublicKey });
