import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { getSignIn } from '../api/operations.ts';

/**
 * Signing in by OpenID Connect: authorization code with PKCE. What it yields is kept in local storage, so that a second
 * tab is signed in too; the pages' policy lets no foreign script near it.
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
    // Renewed when it is needed, by `currentUser`: two renewals at once would spend the same refresh token.
    automaticSilentRenew: false,
    userStore: new WebStorageStateStore({ store: localStorage }),
  });
}

let manager: Promise<UserManager> | undefined;

/** One for the page's life; asked for anew when the first try did not get through. */
export function userManager(): Promise<UserManager> {
  manager ??= createUserManager().catch((error: unknown) => {
    manager = undefined;
    throw error;
  });
  return manager;
}

/** Leaves the page; comes back at `/signed-in`, and from there to where it was. */
export async function redirectToSignIn(returnTo: string): Promise<void> {
  const users = await userManager();
  await users.signinRedirect({ state: { returnTo } });
}

/** Ends what `leaveToSignIn` began, and says where that was. */
export async function completeSignIn(): Promise<string> {
  const user = await (await userManager()).signinRedirectCallback();
  const state: unknown = user.state;
  const returnTo = typeof state === 'object' && state !== null && 'returnTo' in state ? state.returnTo : null;
  // Only a path of these pages, never another site's address.
  return typeof returnTo === 'string' && /^\/(?!\/)/.test(returnTo) ? returnTo : '/';
}

/**
 * Leaves for the end of the session at the issuer. Cognito names its own parameters and, in some pools, no end-session
 * endpoint: https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export async function redirectToSignOut(): Promise<void> {
  const users = await userManager();
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
