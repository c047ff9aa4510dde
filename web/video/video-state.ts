import { effect, signal, type Signal } from '@preact/signals';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { getPlayback, getVideo } from '../api/operations.ts';
import { onChanges } from '../feed/feed.ts';
import { session } from '../session/session.ts';
import { chooseNewerVideo } from './choose-newer-video.ts';
import { isInProgress, playsAsUploaded } from './status.ts';

/** Current state of the video on a page. */
export interface VideoState {
  readonly video: Signal<Video | null>;
  readonly playback: Signal<Playback | null>;
  /** Error of loading the video. */
  readonly error: Signal<ApiProblemError | null>;
  /** Error of starting playback, while nothing plays. */
  readonly playbackError: Signal<ApiProblemError | null>;
  /** Shows the response to a change made on this page. */
  readonly update: (response: Video) => void;
  /** Loads the video again. */
  readonly reload: () => Promise<void>;
}

/**
 * Polling interval for a video in progress and a signed-out visitor, who has no change feed. After a minute
 * without a change it doubles each time, beyond the five minutes after which an idle database pauses.
 */
const POLL_MS = 10_000;
const MAX_QUICK_POLLS = 5;
const MAX_POLL_MS = 640_000;
const FIRST_RETRY_MS = 2000;
const MAX_RETRY_DELAY_MS = 60_000;

/** Returns whether the response means that the video does not exist for the user. */
function isUnavailable({ status }: ApiProblemError): boolean {
  return [400, 401, 403, 404].includes(status);
}

/** Creates the state of a video. Close it when the user leaves the page. */
export function createVideoState(videoId: string): VideoState & { readonly close: () => void } {
  const video = signal<Video | null>(null);
  const playback = signal<Playback | null>(null);
  const error = signal<ApiProblemError | null>(null);
  const playbackError = signal<ApiProblemError | null>(null);
  let loading = false;
  let again = false;
  let failures = 0;
  /** Number of loads in a row that found no change. */
  let unchanged = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const closed = new AbortController();

  const update = (response: Video): void => {
    video.value = video.value === null ? response : chooseNewerVideo(video.value, response);
  };

  const forget = (reason: ApiProblemError | null): void => {
    video.value = null;
    playback.value = null;
    playbackError.value = null;
    error.value = reason;
  };

  /** Loads the playback; the current one keeps playing until a newer revision is ready. */
  const loadPlayback = async (shown: Video): Promise<void> => {
    // What played before its withdrawal would be refused; after its publication, new URLs are loaded.
    if (shown.withdrawnAt !== null) playback.value = null;
    if (!shown.playable) return;
    const known = playback.value;
    // Renditions come with a storyboard, a source that plays before its encode has none.
    const isNewest = known?.revision === shown.revision && (shown.status !== 'ready' || known?.storyboardUrl !== null);
    if (known !== null && (isNewest || !(shown.status === 'ready' || playsAsUploaded(shown)))) return;
    const found = await getPlayback(videoId);
    if (!closed.signal.aborted && video.value !== null) playback.value = found;
    playbackError.value = null;
  };

  const loadOnce = async (): Promise<void> => {
    const read = await getVideo(videoId);
    if (closed.signal.aborted) return;
    unchanged = video.value?.changedAt === read.changedAt ? unchanged + 1 : 0;
    update(read);
    error.value = null;
    await loadPlayback(read);
    failures = 0;
  };

  const fail = (reason: ApiProblemError): void => {
    failures++;
    if (video.value === null || isUnavailable(reason)) forget(reason);
    // The current playback continues; a newer one is loaded later.
    else if (playback.value === null) playbackError.value = reason;
  };

  const isPolled = (): boolean => {
    const shown = video.peek();
    return session.peek() === null && shown !== null && isInProgress(shown.status);
  };

  const reloadLater = (): void => {
    clearTimeout(timer);
    const shown = video.peek();
    if (closed.signal.aborted || shown === null) return;
    const wait =
      failures > 0
        ? Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_DELAY_MS)
        : Math.min(POLL_MS * 2 ** Math.max(0, unchanged - MAX_QUICK_POLLS), MAX_POLL_MS);
    if (failures > 0 || isPolled()) {
      timer = setTimeout(() => void (document.visibilityState === 'visible' ? reload() : reloadLater()), wait);
    }
  };

  const reload = async (): Promise<void> => {
    again = loading;
    if (loading) return;
    loading = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        await loadOnce();
      } while (again && !closed.signal.aborted);
    } catch (reason) {
      if (!closed.signal.aborted) fail(toApiProblem(reason));
    } finally {
      loading = false;
      reloadLater();
    }
  };

  const onPageShown = (): void => {
    if (document.visibilityState !== 'visible' || !isPolled()) return;
    unchanged = 0;
    void reload();
  };
  document.addEventListener('visibilitychange', onPageShown);

  const stopListening = onChanges(
    (changes) => {
      const change = changes.findLast((one) => one.videoId === videoId);
      if (change === undefined) return;
      const shown = video.value;
      // For a video that was deleted or hidden from the user, the API's response decides.
      // A new status is shown together with its timeline, which only the whole video has.
      if (shown !== null && change.video?.status === shown.status) {
        video.value = chooseNewerVideo(shown, { ...shown, ...change.video });
      }
      void reload();
    },
    () => void reload(),
  );
  let user = session.peek();
  const stopFollowing = effect(() => {
    const before = user;
    user = session.value;
    if (before === null || user !== null) return;
    // After a sign-out, a video that is not public is hidden; a public one is loaded again without editing rights.
    if (video.peek()?.visibility !== 'public') forget(null);
  });

  return {
    video,
    playback,
    error,
    playbackError,
    update,
    reload,
    close: () => {
      closed.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onPageShown);
      stopListening();
      stopFollowing();
    },
  };
}
