import { join } from 'node:path';
import type { Role } from '../../lambdas/contracts/api/session.ts';
import { openTokenSigningKey } from '../cognito/token-signing-key.ts';
import { mintAccessToken } from '../cognito/tokens.ts';
import type { Running } from './running.ts';

/**
 * Creates an access token of the laptop's own user pool, as signing in does.
 *
 * @param state state directory of the laptop cloud
 * @param username user that the token identifies, who owns the videos uploaded with it
 */
export async function createApiToken(
  state: string,
  { outputs }: Running,
  role: Role,
  username: string,
): Promise<string> {
  const key = await openTokenSigningKey(join(state, 'accounts'));
  const { TokenIssuer: issuer = '', UserPoolClientId: clientId = '' } = outputs;
  return mintAccessToken(key, { issuer, clientId, username, groups: [role] });
}
