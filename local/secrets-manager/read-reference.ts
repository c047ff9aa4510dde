import * as z from 'zod';
import type { SecretReference } from '../template/dynamic-references.ts';
import type { SecretsManager } from './secrets-manager.ts';

const objectSchema = z.record(z.string(), z.unknown());

/** Reads the value to which a template refers. @throws Error if the secret, its version or its key does not exist */
export function readReference(secrets: SecretsManager, { id, key, versionStage, versionId }: SecretReference): string {
  const secret = secrets.find(id);
  const [, { secretString }] = secrets.findVersion(secret, { id: versionId, stage: versionStage });
  if (secretString === undefined) throw new Error(`The secret ${secret.name} has no text.`);
  if (key === undefined) return secretString;
  const value = objectSchema.parse(JSON.parse(secretString))[key];
  if (value === undefined) throw new Error(`The secret ${secret.name} has no key ${key}.`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
