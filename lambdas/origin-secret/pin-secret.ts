import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { digestOriginSecret } from '../contracts/origin-secret.ts';

/** Version of a secret, as the template refers to it. */
export interface PinnedSecret {
  readonly versionId: string;
  readonly digest: string;
}

/** The secret has no value. */
export class OriginSecretMissingError extends Error {
  override readonly name = 'OriginSecretMissingError';
  readonly code = 'origin_secret_missing';
}

/**
 * Returns the current version of a secret and its digest. The template must name the version: CloudFormation does not notice
 * a new value, and the distribution and the API would differ.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 *
 * @throws OriginSecretMissingError
 */
export async function pinSecret(client: SecretsManagerClient, secretArn: string): Promise<PinnedSecret> {
  const { SecretString: secret, VersionId: versionId } = await client.send(
    new GetSecretValueCommand({ SecretId: secretArn }),
  );
  if (!secret || !versionId) throw new OriginSecretMissingError('The origin secret has no value.');
  return { versionId, digest: digestOriginSecret(secret) };
}
