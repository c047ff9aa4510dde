import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { ROLES, type Role } from '../contracts/api/session.ts';
import type { User } from './user.ts';
import { ProblemError } from './problems.ts';

/** Authenticates a token. @throws ProblemError `invalid_token`, or `sign_in_unavailable` if it cannot be checked */
export type Authenticate = (token: string) => Promise<User>;

/**
 * Claims of a user pool's access token. It has no audience; `client_id` names the client.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
const claimsSchema = z.object({
  sub: z.string().min(1),
  username: z.string().min(1),
  token_use: z.literal('access'),
  client_id: z.string(),
  'cognito:groups': z.array(z.string()).default([]),
});

export interface TokenSource {
  /** Issuer as in the tokens, without a trailing slash. */
  readonly issuer: string;
  readonly clientId: string;
  /** @default the issuer's published keys, fetched once and again when a token names an unknown key */
  readonly keys?: JWTVerifyGetKey;
}

/** Returns a function that verifies access tokens with the issuer's keys. */
export function authenticator({ issuer, clientId, keys }: TokenSource): Authenticate {
  const getKey = keys ?? createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: 3000 });
  return async (token) => {
    const claims = claimsSchema.safeParse(await verify(token, issuer, getKey));
    if (!claims.success || claims.data.client_id !== clientId) throw new ProblemError('invalid_token');
    const { sub, username, 'cognito:groups': groups } = claims.data;
    return { id: sub, name: username, role: highestRoleOf(groups) };
  };
}

/** Verifies a token. The algorithm is fixed here, never taken from the token. */
async function verify(token: string, issuer: string, getKey: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, getKey, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
      clockTolerance: 5,
    });
    return payload;
  } catch (error) {
    if (isTokenError(error)) throw new ProblemError('invalid_token');
    throw new ProblemError('sign_in_unavailable');
  }
}

/** Codes of a timeout, an error response or invalid JSON, and a response without keys. */
const ISSUER_ERRORS: ReadonlySet<string> = new Set(
  [errors.JWKSTimeout, errors.JOSEError, errors.JWKSInvalid].map(({ code }) => code),
);

/** Returns whether the token is at fault; otherwise the network or the issuer is. */
function isTokenError(error: unknown): boolean {
  return error instanceof errors.JOSEError && !ISSUER_ERRORS.has(error.code);
}

function highestRoleOf(groups: readonly string[]): Role {
  return ROLES.findLast((role) => groups.includes(role)) ?? 'viewer';
}
