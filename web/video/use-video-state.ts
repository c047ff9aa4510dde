import { useEffect, useMemo } from 'preact/hooks';
import { ensureFeedCursor } from '../feed/feed.ts';
import { session, sessionState } from '../session/session.ts';
import { createVideoState, type VideoState } from './video-state.ts';

/** Hook that loads a video once the session is known, and follows its changes. */
export function useVideoState(videoId: string): VideoState {
  const state = useMemo(() => createVideoState(videoId), [videoId]);
  const sessionKind = sessionState.value.kind;
  useEffect(() => state.close, [state]);
  useEffect(() => {
    if (sessionKind === 'starting') return;
    // Signed-out visitors have no feed.
    void (session.value === null ? Promise.resolve() : ensureFeedCursor()).then(() => state.reload());
  }, [state, sessionKind]);
  return state;
}
