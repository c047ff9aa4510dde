import { join } from 'node:path';
import type { Role } from '../../lambdas/contracts/api/session.ts';
import { openTokenSigningKey } from '../cognito/token-signing-key.ts';
import { mintAccessToken } from '../cognito/tokens.ts';
import type { Running } from './running.ts';

/**
 * An access token of the laptop's own user pool, as signing in there gives.
 *
 * @param state directory of the laptop cloud
 * @param username who it names; what it uploads belongs to them
 */
export async function createApiToken(state: string, { outputs }: Running, role: Role, username: string): Promise<string> {
  const key = await openTokenSigningKey(join(state, 'accounts'));
  const { TokenIssuer: issuer = '', UserPoolClientId: clientId = '' } = outputs;
  return mintAccessToken(key, { issuer, clientId, username, groups: [role] });
}
