import { signal, type ReadonlySignal } from '@preact/signals';
import type { HlsVideoElement } from 'hls-video-element';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { asApiProblem, localProblem, type ApiProblemError } from '../api/api-problem.ts';
import { getPlayback } from '../api/operations.ts';
import { keepOneAudioGroup } from './keep-one-audio-group.ts';
import { restorePlayerState, capturePlayerState, type PlayerState } from './player-state.ts';
import { watchForFailures, type PlaybackFailure } from './playback-failures.ts';

/** A fresh signature that is refused too will not get better by yet another. */
const MIN_RENEWAL_INTERVAL_MS = 30_000;
const FIRST_RETRY_MS = 2000;
const MAX_RETRY_DELAY_MS = 30_000;

export interface PlaybackRecovery {
  /** What is to be played now: with a signature that holds. */
  readonly playback: ReadonlySignal<Playback>;
  /** Why nothing plays. */
  readonly error: ReadonlySignal<ApiProblemError | null>;
  /** Begins anew, at the same place. */
  readonly renew: () => Promise<void>;
  /**
   * To be called whenever the element was given an address.
   *
   * @returns what ends the watching
   */
  readonly watch: (element: HlsVideoElement) => () => void;
}

function isTransient({ status }: ApiProblemError): boolean {
  return status === 0 || status === 429 || status >= 500;
}

/** Goes on where it was when a signature expires, and when a network that was away is back. */
export function createPlaybackRecovery(first: Playback): PlaybackRecovery {
  const playback = signal(first);
  const error = signal<ApiProblemError | null>(null);
  let watched: HlsVideoElement | null = null;
  /** Where it was left, until it is there again. */
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

  const renew = async (): Promise<void> => {
    if (renewing) return;
    renewing = true;
    clearTimeout(timer);
    try {
      const renewed = await getPlayback(first.videoId);
      renewedAt = performance.now();
      error.value = null;
      if (watched !== null) savedState ??= capturePlayerState(watched);
      playback.value = renewed;
    } catch (reason) {
      error.value = asApiProblem(reason);
      if (isTransient(error.value)) retryLater();
    } finally {
      renewing = false;
    }
  };

  const onFailure = (stop: PlaybackFailure): void => {
    if (renewing) return;
    if (stop === 'expired' && performance.now() - renewedAt > MIN_RENEWAL_INTERVAL_MS) {
      void renew();
      return;
    }
    error.value = localProblem('not_playing', 'The video could not be loaded.');
    if (stop !== 'broken') retryLater();
  };

  const onPlaying = (): void => {
    failures = 0;
  };
  const onOnline = (): void => {
    if (error.peek() !== null) void renew();
  };

  const watch = (element: HlsVideoElement): (() => void) => {
    watched = element;
    const ends = [keepOneAudioGroup(element), watchForFailures(element, onFailure)];
    if (savedState !== null) ends.push(restorePlayerState(element, savedState, () => (savedState = null)));
    element.addEventListener('playing', onPlaying);
    addEventListener('online', onOnline);
    return () => {
      watched = null;
      clearTimeout(timer);
      element.removeEventListener('playing', onPlaying);
      removeEventListener('online', onOnline);
      for (const end of ends) end();
    };
  };

  return { playback, error, renew, watch };
}

/** Lets go of everything that an element loads, which does not do so when it leaves the page. */
export function stopLoading(element: HlsVideoElement): void {
  element.removeAttribute('src');
  // Of a browser that plays HLS itself.
  element.nativeEl.removeAttribute('src');
  element.nativeEl.load();
}
