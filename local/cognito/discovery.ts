import type { UserPool } from './user-pools.ts';

/**
 * Returns the OpenID Connect discovery document of a pool.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 *
 * @param signIn base URL of the sign-in and sign-out pages
 */
export function discoveryDocument({ issuer }: UserPool, signIn: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    authorization_endpoint: `${signIn}/oauth2/authorize`,
    token_endpoint: `${signIn}/oauth2/token`,
    revocation_endpoint: `${signIn}/oauth2/revoke`,
    end_session_endpoint: `${signIn}/logout`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
  };
}
