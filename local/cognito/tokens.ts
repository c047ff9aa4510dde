import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { TokenSigningKey } from './token-signing-key.ts';
import { type PoolUser, makeUser, type UserPoolClient } from './user-pools.ts';

/** Result of a sign-in, for which tokens are issued. */
export interface Grant {
  readonly user: PoolUser;
  /** Scopes, separated by spaces. */
  readonly scope: string;
  /** Time of the sign-in. */
  readonly authTime: Date;
  /** Id shared by all tokens of a sign-in. */
  readonly originId: string;
  /** Nonce of the authorization request, which the ID token repeats. */
  readonly nonce?: string | undefined;
}

interface AccessTokenOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly lifetimeSeconds: number;
  readonly now: Date;
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/**
 * Issues an access token with Cognito's claims.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export function accessToken(key: TokenSigningKey, grant: Grant, options: AccessTokenOptions): Promise<string> {
  const { issuer, clientId } = options;
  return sign(key, options, {
    ...commonClaims(grant, issuer),
    version: 2,
    client_id: clientId,
    token_use: 'access',
    scope: grant.scope,
    username: grant.user.username,
  });
}

/**
 * Issues an ID token with Cognito's claims.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 *
 * @param access access token issued together with it
 */
export function idToken(
  key: TokenSigningKey,
  { pool, id, lifetimeSeconds }: UserPoolClient,
  grant: Grant,
  access: string,
  now: Date,
): Promise<string> {
  return sign(key, { lifetimeSeconds: lifetimeSeconds.id, now }, {
    ...commonClaims(grant, pool.issuer),
    aud: id,
    token_use: 'id',
    at_hash: createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url'),
    'cognito:username': grant.user.username,
    email: grant.user.email,
    email_verified: true,
    ...(grant.nonce !== undefined && { nonce: grant.nonce }),
  });
}

/** Issues an access token without a browser, for scripts, tests and benchmarks. */
export function mintAccessToken(
  key: TokenSigningKey,
  options: {
    /** Value of the stack output `TokenIssuer`. */
    readonly issuer: string;
    /** Value of the stack output `UserPoolClientId`. */
    readonly clientId: string;
    /** Name that identifies the user. */
    readonly username: string;
    readonly groups: readonly string[];
    /** @default one hour */
    readonly lifetimeSeconds?: number;
    /** @default the system's clock */
    readonly now?: Date;
  },
): Promise<string> {
  const { issuer, clientId, username, groups, lifetimeSeconds = 3600, now = new Date() } = options;
  const user = makeUser(issuer.slice(issuer.lastIndexOf('/') + 1), username, groups);
  const grant = { user, scope: 'openid email profile', authTime: now, originId: randomUUID() };
  return accessToken(key, grant, { issuer, clientId, lifetimeSeconds, now });
}

function commonClaims({ user, originId, authTime }: Grant, issuer: string) {
  return {
    sub: user.id,
    ...(user.groups.length > 0 && { 'cognito:groups': user.groups }),
    iss: issuer,
    origin_jti: originId,
    event_id: randomUUID(),
    auth_time: seconds(authTime),
  };
}

function sign(
  { algorithm, keyId, privateKey }: TokenSigningKey,
  { lifetimeSeconds, now }: { readonly lifetimeSeconds: number; readonly now: Date },
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ kid: keyId, alg: algorithm })
    .setIssuedAt(seconds(now))
    .setExpirationTime(seconds(now) + lifetimeSeconds)
    .setJti(randomUUID())
    .sign(privateKey);
}
