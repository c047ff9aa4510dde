import { sessionState, type SessionState } from '../../../web/session/session.ts';

/** Somebody who is signed in. */
export const signedIn: SessionState = {
  kind: 'signed-in',
  session: { id: 'u', name: 'uploader', role: 'uploader' },
};

export function setSession(state: SessionState): void {
  sessionState.value = state;
}
