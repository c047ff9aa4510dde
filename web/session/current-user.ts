import { ErrorResponse, type User, type UserManager } from 'oidc-client-ts';
import { localProblem } from '../api/api-problem.ts';

/**
 * Those answers of the token endpoint that no other try will change.
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

export type Users = Pick<UserManager, 'getUser' | 'signinSilent' | 'removeUser'>;

function isFresh(user: User): boolean {
  return (user.expires_in ?? 0) > RENEW_BEFORE_SECONDS;
}

async function renew(users: Users): Promise<User | null> {
  // Read anew: another window may have renewed the token while this one waited for its turn.
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
    // A sleeping laptop, a network that is gone: nobody has been signed out by that.
    if (user.expired === true) throw localProblem('offline', 'The sign-in could not be renewed.', error);
    return user;
  }
}

/** One window at a time, where refresh tokens are good for a single use. */
function withRenewalLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks === undefined ? work() : navigator.locks.request('sluice.renewal', work);
}

let renewal: Promise<User | null> | undefined;

/**
 * Whoever is signed in, with a token that is still good, renewed where it is not; null when that needs a sign-in.
 *
 * @throws ProblemError `offline` when it could not be found out, and another try may
 */
export async function currentUser(users: Users): Promise<User | null> {
  const user = await users.getUser();
  if (user === null || isFresh(user)) return user;
  renewal ??= withRenewalLock(() => renew(users)).finally(() => {
    renewal = undefined;
  });
  return renewal;
}
