import { effect, signal, type Signal } from '@preact/signals';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { asApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { getPlayback, getVideo } from '../api/operations.ts';
import { onChanges } from '../feed/feed.ts';
import { session } from '../session/session.ts';
import { newerVideo } from './newer-video.ts';
import { isInProgress } from './status.ts';

/** The video of a page, as it is now. */
export interface VideoState {
  readonly video: Signal<Video | null>;
  readonly playback: Signal<Playback | null>;
  /** Why there is no video to show. */
  readonly error: Signal<ApiProblemError | null>;
  /** Why what is to be watched cannot be, while nothing plays. */
  readonly playbackError: Signal<ApiProblemError | null>;
  /** Shows what was answered to a change that was made here. */
  readonly take: (answer: Video) => void;
  /** Reads it again. */
  readonly reload: () => Promise<void>;
}

/** Of a video that is on its way, before somebody who is not signed in and so is told of no changes. */
const POLL_MS = 10_000;
const FIRST_RETRY_MS = 2000;
const MAX_RETRY_DELAY_MS = 60_000;

/** Whether the answer is that there is no such video for whoever asks. */
function isUnavailable({ status }: ApiProblemError): boolean {
  return [400, 401, 403, 404].includes(status);
}

/** To be closed when its page is left. */
export function createVideoState(videoId: string): VideoState & { readonly close: () => void } {
  const video = signal<Video | null>(null);
  const playback = signal<Playback | null>(null);
  const error = signal<ApiProblemError | null>(null);
  const playbackError = signal<ApiProblemError | null>(null);
  let reading = false;
  let again = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const closed = new AbortController();

  const take = (answer: Video): void => {
    video.value = video.value === null ? answer : newerVideo(video.value, answer);
  };

  const forget = (reason: ApiProblemError | null): void => {
    video.value = null;
    playback.value = null;
    playbackError.value = null;
    error.value = reason;
  };

  /** What plays goes on playing until something newer is ready. */
  const findPlayback = async (shown: Video): Promise<void> => {
    if (!shown.playable) return;
    const known = playback.value;
    if (known !== null && (shown.status !== 'ready' || known.revision === shown.revision)) return;
    const found = await getPlayback(videoId);
    if (!closed.signal.aborted && video.value !== null) playback.value = found;
    playbackError.value = null;
  };

  const readOnce = async (): Promise<void> => {
    const read = await getVideo(videoId);
    if (closed.signal.aborted) return;
    take(read);
    error.value = null;
    await findPlayback(read);
    failures = 0;
  };

  const fail = (reason: ApiProblemError): void => {
    failures++;
    if (video.value === null || isUnavailable(reason)) forget(reason);
    // What plays, plays on; what is to be read newer is read later.
    else if (playback.value === null) playbackError.value = reason;
  };

  const readLater = (): void => {
    clearTimeout(timer);
    const shown = video.peek();
    if (closed.signal.aborted || shown === null) return;
    const polled = session.peek() === null && isInProgress(shown.status);
    const wait = failures > 0 ? Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_DELAY_MS) : POLL_MS;
    if (failures > 0 || polled) {
      timer = setTimeout(() => void (document.visibilityState === 'visible' ? reload() : readLater()), wait);
    }
  };

  const reload = async (): Promise<void> => {
    again = reading;
    if (reading) return;
    reading = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        await readOnce();
      } while (again && !closed.signal.aborted);
    } catch (reason) {
      if (!closed.signal.aborted) fail(asApiProblem(reason));
    } finally {
      reading = false;
      readLater();
    }
  };

  const stopListening = onChanges(
    (changes) => {
      const change = changes.findLast((one) => one.videoId === videoId);
      if (change === undefined) return;
      const shown = video.value;
      // One that was deleted, or hidden from whoever looks at it, is answered for by the API.
      if (shown !== null && change.video !== null) video.value = newerVideo(shown, { ...shown, ...change.video });
      void reload();
    },
    () => void reload(),
  );
  let someone = session.peek();
  const stopFollowing = effect(() => {
    const before = someone;
    someone = session.value;
    if (before === null || someone !== null) return;
    // What only they might see goes with them; what is public is read anew, without what they might do with it.
    if (video.peek()?.visibility !== 'public') forget(null);
  });

  return {
    video,
    playback,
    error,
    playbackError,
    take,
    reload,
    close: () => {
      closed.abort();
      clearTimeout(timer);
      stopListening();
      stopFollowing();
    },
  };
}
