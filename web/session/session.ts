import { computed, signal } from '@preact/signals';
import type { User } from 'oidc-client-ts';
import type { Session } from '../../lambdas/contracts/api/session.ts';
import { ApiProblemError, toApiProblem } from '../api/api-problem.ts';
import { setTokenSource } from '../api/call-api.ts';
import { getSession } from '../api/operations.ts';
import { getCurrentUser } from './current-user.ts';
import { getUserManager, redirectToSignIn, redirectToSignOut, completeSignIn } from './oidc.ts';

export type SessionState =
  | { readonly kind: 'starting' }
  /** `ended`: the user was signed in before, on this page. */
  | { readonly kind: 'signed-out'; readonly ended: boolean }
  | { readonly kind: 'signed-in'; readonly session: Session }
  /** The sign-in state could not be determined. */
  | { readonly kind: 'unknown'; readonly error: ApiProblemError };

export const sessionState = signal<SessionState>({ kind: 'starting' });

export const session = computed<Session | null>(() =>
  sessionState.value.kind === 'signed-in' ? sessionState.value.session : null,
);

export const mayUpload = computed(() => session.value !== null && session.value.role !== 'viewer');

/** Signs the user out of the page; does nothing for a visitor without an account. */
function endSession(): void {
  if (sessionState.value.kind === 'signed-in') sessionState.value = { kind: 'signed-out', ended: true };
}

async function findSignedInUser(): Promise<User | null> {
  return getCurrentUser(await getUserManager());
}

async function fetchState(): Promise<SessionState> {
  try {
    if ((await findSignedInUser()) === null) return { kind: 'signed-out', ended: false };
    return { kind: 'signed-in', session: await getSession() };
  } catch (error) {
    if (error instanceof ApiProblemError && error.status === 401) return { kind: 'signed-out', ended: false };
    return { kind: 'unknown', error: toApiProblem(error) };
  }
}

async function refreshSession(): Promise<void> {
  sessionState.value = await fetchState();
}

/** Signs in and out together with the other tabs. */
function syncWithOtherTabs(): void {
  addEventListener('storage', (event) => {
    if (event.key?.startsWith('oidc.user:') !== true) return;
    if (event.newValue === null) endSession();
    else if (['signed-out', 'unknown'].includes(sessionState.value.kind)) void refreshSession();
  });
}

/** Starts the session. Call it once, before the first API request. */
export async function startSession(): Promise<void> {
  setTokenSource({
    accessToken: async () => {
      const user = await findSignedInUser();
      if (user === null) endSession();
      return user?.access_token ?? null;
    },
    onRejected: endSession,
  });
  syncWithOtherTabs();
  // The page that completes a sign-in refreshes the session itself.
  if (location.pathname !== '/signed-in') await refreshSession();
}

export async function retrySession(): Promise<void> {
  sessionState.value = { kind: 'starting' };
  await refreshSession();
}

export function signIn(returnTo = location.pathname + location.search): Promise<void> {
  return redirectToSignIn(returnTo);
}

/** @returns the path that the sign-in started from */
export async function finishSignIn(): Promise<string> {
  const returnTo = await completeSignIn();
  await refreshSession();
  return returnTo;
}

export async function signOut(): Promise<void> {
  try {
    await redirectToSignOut();
  } catch {
    // The issuer is unreachable: at least sign out of this browser.
    await (await getUserManager()).removeUser();
    endSession();
  }
}
