import { computed, signal } from '@preact/signals';
import type { User } from 'oidc-client-ts';
import type { Session } from '../../lambdas/contracts/api/session.ts';
import { ProblemError, asApiError } from '../api/api-problem.ts';
import { takeTokensFrom } from '../api/call-api.ts';
import { getSession } from '../api/videos.ts';
import { currentUser } from './current-user.ts';
import { identity, leaveToSignIn, leaveToSignOut, returnFromSignIn } from './oidc.ts';

export type SessionState =
  | { readonly kind: 'starting' }
  /** `ended`: somebody was signed in a moment ago. */
  | { readonly kind: 'signed-out'; readonly ended: boolean }
  | { readonly kind: 'signed-in'; readonly session: Session }
  /** Whether somebody is signed in could not be found out. */
  | { readonly kind: 'unknown'; readonly error: ProblemError };

export const sessionState = signal<SessionState>({ kind: 'starting' });

export const session = computed<Session | null>(() =>
  sessionState.value.kind === 'signed-in' ? sessionState.value.session : null,
);

export const mayUpload = computed(() => session.value !== null && session.value.role !== 'viewer');

/** Of somebody who watches a public video without an account, nothing changes. */
function becomeSignedOut(): void {
  if (sessionState.value.kind === 'signed-in') sessionState.value = { kind: 'signed-out', ended: true };
}

async function signedInUser(): Promise<User | null> {
  return currentUser(await identity());
}

async function findOut(): Promise<SessionState> {
  try {
    if ((await signedInUser()) === null) return { kind: 'signed-out', ended: false };
    return { kind: 'signed-in', session: await getSession() };
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return { kind: 'signed-out', ended: false };
    return { kind: 'unknown', error: asApiError(error) };
  }
}

async function learnWhoItIs(): Promise<void> {
  sessionState.value = await findOut();
}

/** Signing out in one tab signs out the others; signing in likewise. */
function followOtherTabs(): void {
  addEventListener('storage', (event) => {
    if (event.key?.startsWith('oidc.user:') !== true) return;
    if (event.newValue === null) becomeSignedOut();
    else if (['signed-out', 'unknown'].includes(sessionState.value.kind)) void learnWhoItIs();
  });
}

/** To be called once, before anything is asked of the API. */
export async function startSession(): Promise<void> {
  takeTokensFrom({
    accessToken: async () => {
      const user = await signedInUser();
      if (user === null) becomeSignedOut();
      return user?.access_token ?? null;
    },
    refused: becomeSignedOut,
  });
  followOtherTabs();
  // The page that ends a sign-in finds out by itself.
  if (location.pathname !== '/signed-in') await learnWhoItIs();
}

export async function tryAgain(): Promise<void> {
  sessionState.value = { kind: 'starting' };
  await learnWhoItIs();
}

export function signIn(returnTo = location.pathname + location.search): Promise<void> {
  return leaveToSignIn(returnTo);
}

/** @returns the path that the person had come from */
export async function finishSignIn(): Promise<string> {
  const returnTo = await returnFromSignIn();
  await learnWhoItIs();
  return returnTo;
}

export async function signOut(): Promise<void> {
  try {
    await leaveToSignOut();
  } catch {
    // The issuer is out of reach; here at least nobody is signed in any more.
    await (await identity()).removeUser();
    becomeSignedOut();
  }
}
