import { sessionState, type SessionState } from '../../../web/session/session.ts';

/** Session of a signed-in uploader. */
export const signedIn: SessionState = {
  kind: 'signed-in',
  session: { id: 'u', name: 'uploader', role: 'uploader' },
};

export function setSession(state: SessionState): void {
  sessionState.value = state;
}
