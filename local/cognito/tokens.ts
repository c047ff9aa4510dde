import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { TokenSigningKey } from './token-signing-key.ts';
import { type PoolUser, userNamed, type UserPoolClient } from './user-pools.ts';

/** What a sign-in yields tokens for. */
export interface Grant {
  readonly user: PoolUser;
  /** Names of the scopes, separated by spaces. */
  readonly scope: string;
  /** When the user signed in. */
  readonly authTime: Date;
  /** Common to all tokens of one sign-in. */
  readonly originId: string;
  /** Of the request that the sign-in began with, for the ID token that answers it. */
  readonly nonce?: string | undefined;
}

export interface AccessTokenOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly lifetimeSeconds: number;
  readonly now: Date;
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/**
 * An access token with the claims of Cognito's.
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
 * An ID token with the claims of Cognito's.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 *
 * @param access the access token that goes with it
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

/** An access token for whoever needs one without a browser: scripts, tests and benchmarks. */
export function mintAccessToken(
  key: TokenSigningKey,
  options: {
    /** Output `TokenIssuer`. */
    readonly issuer: string;
    /** Output `UserPoolClientId`. */
    readonly clientId: string;
    /** Decides who it is: the same name is the same user. */
    readonly username: string;
    readonly groups: readonly string[];
    /** @default one hour */
    readonly lifetimeSeconds?: number;
    /** @default the system's clock */
    readonly now?: Date;
  },
): Promise<string> {
  const { issuer, clientId, username, groups, lifetimeSeconds = 3600, now = new Date() } = options;
  const user = userNamed(issuer.slice(issuer.lastIndexOf('/') + 1), username, groups);
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
