import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { ROLES, type Role } from '../contracts/api/session.ts';
import type { User } from './user.ts';
import { ProblemError } from './problems.ts';

/** @throws ProblemError `invalid_token`, or `sign_in_unavailable` where that cannot be told */
export type Authenticate = (token: string) => Promise<User>;

/**
 * What an access token of a user pool says of its bearer. It has no audience; the client stands in `client_id`.
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
  /** As the tokens name it, without a trailing slash. */
  readonly issuer: string;
  readonly clientId: string;
  /** @default the keys that the issuer publishes, fetched once and again when an unknown one is named */
  readonly keys?: JWTVerifyGetKey;
}

/** Checks access tokens against the issuer's keys. */
export function authenticator({ issuer, clientId, keys }: TokenSource): Authenticate {
  const getKey = keys ?? createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: 3000 });
  return async (token) => {
    const claims = claimsSchema.safeParse(await verified(token, issuer, getKey));
    if (!claims.success || claims.data.client_id !== clientId) throw new ProblemError('invalid_token');
    const { sub, username, 'cognito:groups': groups } = claims.data;
    return { id: sub, name: username, role: highestOf(groups) };
  };
}

/** The algorithm is ours to name, never the token's. */
async function verified(token: string, issuer: string, getKey: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, getKey, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
      clockTolerance: 5,
    });
    return payload;
  } catch (error) {
    if (isTokensFault(error)) throw new ProblemError('invalid_token');
    throw new ProblemError('sign_in_unavailable');
  }
}

/** Keys that come too late, an answer that is an error or no JSON, and one that holds no keys. */
const ISSUERS_FAULTS: ReadonlySet<string> = new Set(
  [errors.JWKSTimeout, errors.JOSEError, errors.JWKSInvalid].map(({ code }) => code),
);

/** All else is the network's fault, or the issuer's. */
function isTokensFault(error: unknown): boolean {
  return error instanceof errors.JOSEError && !ISSUERS_FAULTS.has(error.code);
}

function highestOf(groups: readonly string[]): Role {
  return ROLES.findLast((role) => groups.includes(role)) ?? 'viewer';
}
