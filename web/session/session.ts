import { computed, signal } from '@preact/signals';
import type { Session } from '../../lambdas/contracts/api/session.ts';
import { ApiError, asApiError } from '../api/problem.ts';
import { takeTokensFrom } from '../api/request.ts';
import { getSession } from '../api/videos.ts';
import { currentUser, identity, leaveToSignIn, leaveToSignOut, returnFromSignIn } from './identity.ts';

export type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'signed-in'; readonly session: Session }
  /** Whether somebody is signed in could not be found out. */
  | { readonly kind: 'unknown'; readonly error: ApiError };

export const sessionState = signal<SessionState>({ kind: 'starting' });

export const session = computed<Session | null>(() =>
  sessionState.value.kind === 'signed-in' ? sessionState.value.session : null,
);

export const mayUpload = computed(() => session.value !== null && session.value.role !== 'viewer');

const becomeSignedOut = (): void => {
  sessionState.value = { kind: 'signed-out' };
};

const findOut = async (): Promise<SessionState> => {
  try {
    if ((await currentUser()) === null) return { kind: 'signed-out' };
    return { kind: 'signed-in', session: await getSession() };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return { kind: 'signed-out' };
    return { kind: 'unknown', error: asApiError(error) };
  }
};

const learnWhoItIs = async (): Promise<void> => {
  sessionState.value = await findOut();
};

/** Signing out in one tab signs out the others; signing in likewise. */
const followOtherTabs = (): void => {
  addEventListener('storage', (event) => {
    if (event.key?.startsWith('oidc.user:') !== true) return;
    if (event.newValue === null) becomeSignedOut();
    else if (sessionState.value.kind === 'signed-out') void learnWhoItIs();
  });
};

/** To be called once, before anything is asked of the API. */
export const startSession = async (): Promise<void> => {
  takeTokensFrom({
    accessToken: async () => (await currentUser())?.access_token ?? null,
    // Of somebody who watches a public video without an account, nothing changes.
    refused: () => {
      if (sessionState.value.kind === 'signed-in') becomeSignedOut();
    },
  });
  followOtherTabs();
  // The page that ends a sign-in finds out by itself.
  if (location.pathname !== '/signed-in') await learnWhoItIs();
};

export const tryAgain = async (): Promise<void> => {
  sessionState.value = { kind: 'starting' };
  await learnWhoItIs();
};

export const signIn = (): Promise<void> => leaveToSignIn(location.pathname + location.search);

/** @returns the path that the person had come from */
export const finishSignIn = async (): Promise<string> => {
  const returnTo = await returnFromSignIn();
  await learnWhoItIs();
  return returnTo;
};

export const signOut = async (): Promise<void> => {
  try {
    await leaveToSignOut();
  } catch {
    // The issuer is out of reach; here at least nobody is signed in any more.
    await (await identity()).removeUser();
    becomeSignedOut();
  }
};
