import { sessionState, type SessionState } from '../../../web/session/session.ts';

/** Somebody who is signed in. */
export const someone: SessionState = {
  kind: 'signed-in',
  session: { id: 'u', name: 'uploader', role: 'uploader' },
};

export function becomes(state: SessionState): void {
  sessionState.value = state;
}
