import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { makeLocalProblem, type ApiProblemError } from '../api/api-problem.ts';
import { getSignIn } from '../api/operations.ts';
import { isStorageBlocked, isStorageError } from '../shell/local-storage.ts';
import { toSitePath } from '../shell/site-path.ts';

/**
 * Creates the OpenID Connect client: authorization code with PKCE. Tokens are kept in local storage, so that a second
 * tab is signed in too; the content security policy of the pages allows no foreign scripts. Where storage is blocked,
 * the visitor is signed out, and public videos play.
 */
async function createUserManager(): Promise<UserManager> {
  const { issuer, clientId, scope } = await getSignIn();
  const store = new WebStorageStateStore({ store: isStorageBlocked() ? new InMemoryWebStorage() : localStorage });
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    scope,
    redirect_uri: `${location.origin}/signed-in`,
    post_logout_redirect_uri: `${location.origin}/`,
    response_type: 'code',
    // `getCurrentUser` renews on demand: two concurrent renewals would spend the same refresh token.
    automaticSilentRenew: false,
    userStore: store,
    stateStore: store,
  });
}

let manager: Promise<UserManager> | undefined;

/** Returns the page's only OpenID Connect client, creating it on first use or after a failed attempt. */
export function getUserManager(): Promise<UserManager> {
  manager ??= createUserManager().catch((error: unknown) => {
    manager = undefined;
    throw error;
  });
  return manager;
}

function makeStorageProblem(cause?: unknown): ApiProblemError {
  return makeLocalProblem('storage_blocked', 'The sign-in is impossible because the browser does not store data for this site.', cause);
}

/** Runs a step of the sign-in. @throws ApiProblemError `storage_blocked` if the browser stores nothing for this site */
async function withStorage<T>(step: () => Promise<T>): Promise<T> {
  if (isStorageBlocked()) throw makeStorageProblem();
  try {
    return await step();
  } catch (error) {
    throw isStorageError(error) ? makeStorageProblem(error) : error;
  }
}

/**
 * Redirects to the sign-in page, which returns to `/signed-in` and from there to `returnTo`.
 *
 * @throws ApiProblemError `storage_blocked` if the browser stores nothing for this site
 */
export async function redirectToSignIn(returnTo: string): Promise<void> {
  const users = await getUserManager();
  await withStorage(() => users.signinRedirect({ state: { returnTo } }));
}

/**
 * Completes the sign-in on `/signed-in` and returns the path that it started from.
 *
 * @throws ApiProblemError `storage_blocked` if the browser stores nothing for this site
 */
export async function completeSignIn(): Promise<string> {
  const users = await getUserManager();
  const user = await withStorage(() => users.signinRedirectCallback());
  const state: unknown = user.state;
  const returnTo = typeof state === 'object' && state !== null && 'returnTo' in state ? state.returnTo : null;
  return (typeof returnTo === 'string' ? toSitePath(returnTo) : null) ?? '/';
}

/**
 * Redirects to the issuer to end the session. Cognito has parameters of its own and, in some pools, no end-session
 * endpoint: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export async function redirectToSignOut(): Promise<void> {
  const users = await getUserManager();
  const { client_id: clientId, post_logout_redirect_uri: returnTo = location.origin } = users.settings;
  const metadata = await users.metadataService.getMetadata();
  const cognito = { client_id: clientId, logout_uri: returnTo };
  if (metadata.end_session_endpoint !== undefined) {
    await users.signoutRedirect({ extraQueryParams: cognito });
    return;
  }
  await users.removeUser();
  const { origin } = new URL(metadata.authorization_endpoint ?? users.settings.authority);
  location.assign(`${origin}/logout?${new URLSearchParams(cognito).toString()}`);
}
