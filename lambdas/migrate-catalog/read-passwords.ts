import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { type CatalogRole, RIGHTS } from '../contracts/catalog-roles.ts';

/** Thrown if the secret of a role does not hold its credentials. The message holds nothing of the secret. */
export class RoleSecretError extends Error {
  override readonly name = 'RoleSecretError';
}

/** Reads the password of each role from its secret. @throws RoleSecretError */
export async function readPasswords(
  client: SecretsManagerClient,
  secretArns: Readonly<Record<CatalogRole, string>>,
): Promise<Record<CatalogRole, string>> {
  const read = async (role: CatalogRole): Promise<string> => {
    const { SecretString: text = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretArns[role] }));
    return passwordIn(text, RIGHTS[role].roleName);
  };
  const [chain, api] = await Promise.all([read('chain'), read('api')]);
  return { chain, api };
}

function passwordIn(text: string, roleName: string): string {
  const shape = z.object({ username: z.literal(roleName), password: z.string().regex(/^[\x21-\x7E]+$/) });
  try {
    return shape.parse(JSON.parse(text)).password;
  } catch {
    throw new RoleSecretError(
      `The secret of ${roleName} must be a JSON object with this username and a password of printable ASCII.`,
    );
  }
}
