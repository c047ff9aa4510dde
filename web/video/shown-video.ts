import { signal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { asApiError, type ApiError } from '../api/problem.ts';
import { getPlayback, getVideo } from '../api/videos.ts';
import { feedStands, onChanges } from '../feed/feed.ts';
import { keepPoster } from '../feed/merge.ts';
import { session, sessionState } from '../session/session.ts';

/** The video of a page, as it is now. */
export interface ShownVideo {
  readonly video: Signal<Video | null>;
  readonly playback: Signal<Playback | null>;
  readonly error: Signal<ApiError | null>;
  /** It was there, and was deleted meanwhile. */
  readonly deleted: Signal<boolean>;
  /** Reads it again. */
  readonly reload: () => Promise<void>;
}

const watchVideo = (videoId: string): ShownVideo & { readonly close: () => void } => {
  const video = signal<Video | null>(null);
  const playback = signal<Playback | null>(null);
  const error = signal<ApiError | null>(null);
  const deleted = signal(false);
  let reading = false;
  let again = false;
  const closed = new AbortController();

  /** What plays goes on playing until something newer is ready. */
  const findPlayback = async (shown: Video): Promise<void> => {
    if (!shown.playable) return;
    const known = playback.value;
    if (known !== null && (shown.status !== 'ready' || known.revision === shown.revision)) return;
    playback.value = await getPlayback(videoId);
  };

  const reload = async (): Promise<void> => {
    again = reading;
    if (reading) return;
    reading = true;
    try {
      do {
        again = false;
        const read = await getVideo(videoId);
        if (closed.signal.aborted) return;
        video.value = video.value === null ? read : keepPoster(video.value, read);
        error.value = null;
        await findPlayback(read);
      } while (again && !closed.signal.aborted);
    } catch (reason) {
      // What is shown stays; only a page without anything says what went wrong.
      if (video.value === null) error.value = asApiError(reason);
    } finally {
      reading = false;
    }
  };

  const stopListening = onChanges(
    (changes) => {
      const change = changes.findLast((one) => one.videoId === videoId);
      if (change === undefined) return;
      if (change.video === null) {
        deleted.value = true;
        return;
      }
      if (video.value !== null) video.value = { ...video.value, ...keepPoster(video.value, change.video) };
      void reload();
    },
    () => void reload(),
  );

  return {
    video,
    playback,
    error,
    deleted,
    reload,
    close: () => {
      closed.abort();
      stopListening();
    },
  };
};

/** Reads the video once it is known who asks, and follows what becomes of it. */
export const useShownVideo = (videoId: string): ShownVideo => {
  const shown = useMemo(() => watchVideo(videoId), [videoId]);
  const known = sessionState.value.kind;
  useEffect(() => shown.close, [shown]);
  useEffect(() => {
    if (known === 'starting') return;
    // Whoever is not signed in has no feed: a public video is shown to them as it is.
    void (session.value === null ? Promise.resolve() : feedStands()).then(() => shown.reload());
  }, [shown, known]);
  return shown;
};
