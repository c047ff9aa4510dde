import type { AuthorizationCodes } from './authorization-codes.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { TokenSigningKey } from './token-signing-key.ts';
import { accessToken, type Grant, idToken } from './tokens.ts';
import type { UserPoolClient, UserPools } from './user-pools.ts';

interface TokenEndpointOptions {
  readonly pools: UserPools;
  readonly key: TokenSigningKey;
  readonly codes: AuthorizationCodes;
  readonly refreshTokens: RefreshTokens;
}

/** Error response of the token endpoint. https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  /** Error code such as `invalid_grant`; Cognito sends no description. */
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * Handles `POST /oauth2/token`: issues tokens for a code with its verifier, or for a refresh token.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 *
 * @throws TokenRequestError
 */
export async function handleTokenRequest(
  options: TokenEndpointOptions,
  form: URLSearchParams,
  now: Date,
): Promise<Readonly<Record<string, unknown>>> {
  const { pools, codes, refreshTokens } = options;
  const client = pools.findClient(form.get('client_id') ?? '');
  if (client === undefined) throw new TokenRequestError('invalid_client');
  switch (form.get('grant_type')) {
    case 'authorization_code': {
      const presented = {
        clientId: client.id,
        redirectUri: field(form, 'redirect_uri'),
        codeVerifier: field(form, 'code_verifier'),
      };
      const grant = codes.redeem(field(form, 'code'), presented, now);
      if (grant === undefined) throw new TokenRequestError('invalid_grant');
      const refreshToken = refreshTokens.issue(client.id, grant, client.lifetimeSeconds.refresh, now);
      return { ...(await issue(options, client, grant, now)), refresh_token: refreshToken };
    }
    case 'refresh_token': {
      const grant = refreshTokens.find(field(form, 'refresh_token'), client.id, now);
      if (grant === undefined) throw new TokenRequestError('invalid_grant');
      return issue(options, client, grant, now);
    }
    default:
      throw new TokenRequestError('unsupported_grant_type');
  }
}

function field(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (value === null || value === '') throw new TokenRequestError('invalid_request');
  return value;
}

async function issue(
  { key }: TokenEndpointOptions,
  client: UserPoolClient,
  grant: Grant,
  now: Date,
): Promise<Readonly<Record<string, unknown>>> {
  const { id: clientId, pool, lifetimeSeconds } = client;
  const options = { issuer: pool.issuer, clientId, lifetimeSeconds: lifetimeSeconds.access, now };
  const access = await accessToken(key, grant, options);
  const includesIdToken = grant.scope.split(' ').includes('openid');
  return {
    ...(includesIdToken && { id_token: await idToken(key, client, grant, access, now) }),
    access_token: access,
    expires_in: lifetimeSeconds.access,
    token_type: 'Bearer',
  };
}
