import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod';
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
  exp: z.number(),
  'cognito:groups': z.array(z.string()).default([]),
});

export interface TokenSource {
  /** Issuer as in the tokens, without a trailing slash. */
  readonly issuer: string;
  readonly clientId: string;
  /** @default the issuer's published keys, fetched once and again when a token names an unknown key */
  readonly keys?: JWTVerifyGetKey;
  /** Milliseconds since the epoch. @default the system's clock */
  readonly now?: () => number;
}

/** Time for which a verified token is not verified again: half the age at which the issuer's keys are fetched again. */
const MAX_TRUSTED_MS = 5 * 60_000;
/** Maximum number of tokens that are remembered: a few megabytes. */
const MAX_TRUSTED = 1000;

/**
 * Returns a function that verifies access tokens with the issuer's keys. It remembers verified ones for some minutes, at
 * most until they expire, since a page sends the same token with each request and verifying takes as long as a query.
 */
export function authenticator({ issuer, clientId, keys, now = Date.now }: TokenSource): Authenticate {
  const getKey = keys ?? createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { timeoutDuration: 3000 });
  const trusted = new Map<string, { readonly user: User; readonly untilMs: number }>();
  return async (token) => {
    const known = trusted.get(token);
    if (known !== undefined && now() < known.untilMs) return known.user;
    trusted.delete(token);
    const claims = claimsSchema.safeParse(await verify(token, issuer, getKey, new Date(now())));
    if (!claims.success || claims.data.client_id !== clientId) throw new ProblemError('invalid_token');
    const { sub, username, 'cognito:groups': groups, exp } = claims.data;
    const user = { id: sub, name: username, role: highestRoleOf(groups) };
    const [oldest] = trusted.keys();
    if (trusted.size >= MAX_TRUSTED && oldest !== undefined) trusted.delete(oldest);
    trusted.set(token, { user, untilMs: Math.min(exp * 1000, now() + MAX_TRUSTED_MS) });
    return user;
  };
}

/** Verifies a token. The algorithm is fixed here, never taken from the token. */
async function verify(
  token: string,
  issuer: string,
  getKey: JWTVerifyGetKey,
  currentDate: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, getKey, {
      issuer,
      algorithms: ['RS256'],
      requiredClaims: ['exp'],
      clockTolerance: 5,
      currentDate,
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
