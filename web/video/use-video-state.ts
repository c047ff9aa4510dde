import { useEffect, useMemo } from 'preact/hooks';
import { ensureFeedCursor } from '../feed/feed.ts';
import { session, sessionState } from '../session/session.ts';
import { createVideoState, type VideoState } from './video-state.ts';

/** Reads the video once it is known who asks, and follows what becomes of it. */
export function useVideoState(videoId: string): VideoState {
  const shown = useMemo(() => createVideoState(videoId), [videoId]);
  const known = sessionState.value.kind;
  useEffect(() => shown.close, [shown]);
  useEffect(() => {
    if (known === 'starting') return;
    // Whoever is not signed in has no feed.
    void (session.value === null ? Promise.resolve() : ensureFeedCursor()).then(() => shown.reload());
  }, [shown, known]);
  return shown;
}
