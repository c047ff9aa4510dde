import { ErrorResponse, type User, type UserManager } from 'oidc-client-ts';
import { makeLocalProblem } from '../api/api-problem.ts';

/**
 * Errors of the token endpoint that a retry cannot fix.
 * https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
const PERMANENT_ERRORS = new Set([
  'invalid_grant',
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
]);

const RENEW_BEFORE_SECONDS = 60;

export type UserStore = Pick<UserManager, 'getUser' | 'signinSilent' | 'removeUser'>;

function isFresh(user: User): boolean {
  return (user.expires_in ?? 0) > RENEW_BEFORE_SECONDS;
}

async function renew(users: UserStore): Promise<User | null> {
  // Read again: another window may have renewed the token while this one waited for the lock.
  const user = await users.getUser();
  if (user === null || isFresh(user)) return user;
  if (user.refresh_token === undefined) return user.expired === true ? null : user;
  try {
    return await users.signinSilent();
  } catch (error) {
    if (error instanceof ErrorResponse && PERMANENT_ERRORS.has(error.error ?? '')) {
      await users.removeUser();
      return null;
    }
    // A failed renewal, as when the network is down, does not sign the user out.
    if (user.expired === true) throw makeLocalProblem('offline', 'The sign-in could not be renewed.', error);
    return user;
  }
}

/** Runs in one window at a time, since a refresh token may be valid for a single use. */
function withRenewalLock<T>(renewToken: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? renewToken() : navigator.locks.request('sluice.renewal', renewToken);
}

let renewal: Promise<User | null> | undefined;

/**
 * Returns the signed-in user, renewing an expired token; null when a new sign-in is needed.
 *
 * @throws ApiProblemError `offline` when an expired token could not be renewed for now
 */
export async function getCurrentUser(users: UserStore): Promise<User | null> {
  const user = await users.getUser();
  if (user === null || isFresh(user)) return user;
  renewal ??= withRenewalLock(() => renew(users)).finally(() => {
    renewal = undefined;
  });
  return renewal;
}
