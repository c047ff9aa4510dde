import { useEffect, useMemo } from 'preact/hooks';
import { feedStands } from '../feed/feed.ts';
import { session, sessionState } from '../session/session.ts';
import { watchVideo, type ShownVideo } from './video-state.ts';

/** Reads the video once it is known who asks, and follows what becomes of it. */
export function useShownVideo(videoId: string): ShownVideo {
  const shown = useMemo(() => watchVideo(videoId), [videoId]);
  const known = sessionState.value.kind;
  useEffect(() => shown.close, [shown]);
  useEffect(() => {
    if (known === 'starting') return;
    // Whoever is not signed in has no feed.
    void (session.value === null ? Promise.resolve() : feedStands()).then(() => shown.reload());
  }, [shown, known]);
  return shown;
}
