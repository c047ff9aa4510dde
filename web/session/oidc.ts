import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { getSignIn } from '../api/operations.ts';

/**
 * Creates the OpenID Connect client: authorization code with PKCE. Tokens are kept in local storage, so that a second
 * tab is signed in too; the content security policy of the pages allows no foreign scripts.
 */
async function createUserManager(): Promise<UserManager> {
  const { issuer, clientId, scope } = await getSignIn();
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    scope,
    redirect_uri: `${location.origin}/signed-in`,
    post_logout_redirect_uri: `${location.origin}/`,
    response_type: 'code',
    // `getCurrentUser` renews on demand: two concurrent renewals would spend the same refresh token.
    automaticSilentRenew: false,
    userStore: new WebStorageStateStore({ store: localStorage }),
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

/** Redirects to the sign-in page, which returns to `/signed-in` and from there to `returnTo`. */
export async function redirectToSignIn(returnTo: string): Promise<void> {
  const users = await getUserManager();
  await users.signinRedirect({ state: { returnTo } });
}

/** Completes the sign-in on `/signed-in` and returns the path that it started from. */
export async function completeSignIn(): Promise<string> {
  const user = await (await getUserManager()).signinRedirectCallback();
  const state: unknown = user.state;
  const returnTo = typeof state === 'object' && state !== null && 'returnTo' in state ? state.returnTo : null;
  // Only a path of these pages, never the URL of another site.
  return typeof returnTo === 'string' && /^\/(?!\/)/.test(returnTo) ? returnTo : '/';
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
