import { signal, type ReadonlySignal } from '@preact/signals';
import type { HlsVideoElement } from 'hls-video-element';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { toApiProblem, makeLocalProblem, type ApiProblemError } from '../api/api-problem.ts';
import { getPlayback } from '../api/operations.ts';
import { keepOneAudioGroup } from './keep-one-audio-group.ts';
import { restorePlayerState, capturePlayerState, type PlayerState } from './player-state.ts';
import { watchForFailures, type PlaybackFailure } from './playback-failures.ts';

/** Minimum time between two renewals: if a fresh signature is rejected too, another one does not help. */
const MIN_RENEWAL_INTERVAL_MS = 30_000;
const FIRST_RETRY_MS = 2000;
const MAX_RETRY_DELAY_MS = 30_000;

interface PlaybackRecovery {
  /** The current playback, with a valid signature. */
  readonly playback: ReadonlySignal<Playback>;
  /** The error that stops playback. */
  readonly error: ReadonlySignal<ApiProblemError | null>;
  /** Restarts at the same position, with a new signature. */
  readonly renew: () => Promise<void>;
  /** Continues with another playback of the same video, at the same position. */
  readonly change: (next: Playback) => void;
  /**
   * Watches the element for failures. Call it whenever its `src` was set.
   *
   * @returns a function that stops watching
   */
  readonly watch: (element: HlsVideoElement) => () => void;
}

function isTransient({ status }: ApiProblemError): boolean {
  return status === 0 || status === 429 || status >= 500;
}

/** Resumes playback at its position when the signature has expired or the network is back. */
export function createPlaybackRecovery(first: Playback): PlaybackRecovery {
  const playback = signal(first);
  const error = signal<ApiProblemError | null>(null);
  let watched: HlsVideoElement | null = null;
  /** State to restore, until it is restored. */
  let savedState: PlayerState | null = null;
  let renewing = false;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const retryLater = (): void => {
    clearTimeout(timer);
    if (watched === null) return;
    timer = setTimeout(() => void renew(), Math.min(FIRST_RETRY_MS * 2 ** failures++, MAX_RETRY_DELAY_MS));
  };

  const change = (next: Playback): void => {
    error.value = null;
    if (watched !== null) savedState ??= capturePlayerState(watched);
    playback.value = next;
  };

  const renew = async (): Promise<void> => {
    if (renewing) return;
    renewing = true;
    clearTimeout(timer);
    try {
      const renewed = await getPlayback(first.videoId);
      renewedAt = performance.now();
      change(renewed);
    } catch (reason) {
      error.value = toApiProblem(reason);
      if (isTransient(error.value)) retryLater();
    } finally {
      renewing = false;
    }
  };

  const onFailure = (failure: PlaybackFailure): void => {
    if (renewing) return;
    if (failure === 'expired' && performance.now() - renewedAt > MIN_RENEWAL_INTERVAL_MS) {
      void renew();
      return;
    }
    error.value = makeLocalProblem('not_playing', 'The video could not be loaded.');
    if (failure !== 'broken') retryLater();
  };

  const onPlaying = (): void => {
    failures = 0;
  };
  const onOnline = (): void => {
    if (error.peek() !== null) void renew();
  };

  const watch = (element: HlsVideoElement): (() => void) => {
    watched = element;
    const cleanups = [keepOneAudioGroup(element), watchForFailures(element, onFailure)];
    if (savedState !== null) cleanups.push(restorePlayerState(element, savedState, () => (savedState = null)));
    element.addEventListener('playing', onPlaying);
    addEventListener('online', onOnline);
    return () => {
      watched = null;
      clearTimeout(timer);
      element.removeEventListener('playing', onPlaying);
      removeEventListener('online', onOnline);
      for (const cleanup of cleanups) cleanup();
    };
  };

  return { playback, error, renew, change, watch };
}

/** Stops all loading of an element, which continues even after it is removed from the page. */
export function stopLoading(element: HlsVideoElement): void {
  element.removeAttribute('src');
  // In browsers that play HLS natively.
  element.nativeEl.removeAttribute('src');
  element.nativeEl.load();
}
