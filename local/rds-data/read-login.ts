import * as z from 'zod';
import { ApiError } from '../aws-api/api-error.ts';
import type { SecretsManager } from '../secrets-manager/secrets-manager.ts';
import type { DatabaseLogin } from './sql-engine.ts';

const loginSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

/**
 * Returns the credentials in a secret, as the Data API reads them.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html#API_ExecuteStatement_Errors
 *
 * @throws ApiError `SecretsErrorException` for a missing secret, `InvalidSecretException` for one without credentials
 */
export function readLogin(secrets: SecretsManager, secretArn: string): DatabaseLogin {
  const text = readText(secrets, secretArn);
  try {
    return loginSchema.parse(JSON.parse(text));
  } catch {
    throw new ApiError('InvalidSecretException', 400, `The secret ${secretArn} holds no username and password`);
  }
}

function readText(secrets: SecretsManager, secretArn: string): string {
  try {
    const [, { secretString = '' }] = secrets.findVersion(secrets.find(secretArn), { id: undefined, stage: undefined });
    return secretString;
  } catch (error) {
    throw new ApiError('SecretsErrorException', 400, `The secret ${secretArn} was not found`, { cause: error });
  }
}
