import * as z from 'zod';
import { secretsManagerClient } from '../runtime/clients/secrets-manager.ts';
import { customResource } from '../runtime/custom-resource.ts';
import { pinSecret } from './pin-secret.ts';

const propertiesSchema = z.object({ SecretArn: z.string().min(1) });

const client = secretsManagerClient();

async function provideVersion(event: { readonly ResourceProperties: unknown }) {
  const { SecretArn: secretArn } = propertiesSchema.parse(event.ResourceProperties);
  const { versionId, digest } = await pinSecret(client, secretArn);
  return { data: { VersionId: versionId, Digest: digest } };
}

/** Handles `Custom::OriginSecret`, the version and the digest of one generation of the secret that the edge sends to the API. */
export const handler = customResource({ onCreate: provideVersion, onUpdate: provideVersion });
