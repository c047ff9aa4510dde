import { exportJWK, generateKeyPair, createLocalJWKSet, SignJWT, type JWTVerifyGetKey } from 'jose';
import type { Role } from '../../../lambdas/contracts/api/session.ts';

export const ISSUER = 'https://issuer.test/pool';
export const CLIENT_ID = 'pages';

export interface Claims {
  readonly sub?: string;
  readonly username?: string;
  readonly groups?: readonly string[];
  readonly clientId?: string;
  readonly issuer?: string;
  readonly use?: string;
  readonly expires?: string;
}

/** Issuer of access tokens like a user pool's, with its own keys. */
export interface TokenIssuer {
  readonly keys: JWTVerifyGetKey;
  token(claims: Claims): Promise<string>;
}

export async function createTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'first', alg: 'RS256' };
  return {
    keys: createLocalJWKSet({ keys: [jwk] }),
    token: ({
      sub = 'user',
      username = sub,
      groups,
      clientId = CLIENT_ID,
      issuer = ISSUER,
      use = 'access',
      expires = '1h',
    }) =>
      new SignJWT({
        username,
        token_use: use,
        client_id: clientId,
        scope: 'openid',
        ...(groups && { 'cognito:groups': groups }),
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'first' })
        .setSubject(sub)
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(expires)
        .sign(privateKey),
  };
}

/** Users of tests and their roles. */
export const TEST_ROLES: Readonly<Record<string, Role>> = {
  admin: 'admin',
  uploader: 'uploader',
  other: 'uploader',
  viewer: 'viewer',
};
export type TestUser = 'admin' | 'uploader' | 'other' | 'viewer';
