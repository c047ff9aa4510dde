import type { ErrorData } from 'hls.js';
import { Hls, type HlsVideoElement } from 'hls-video-element';
import { withHls } from './with-hls.ts';

/** What stops a player: its signature has expired, nothing comes any more, or what comes cannot be shown. */
export type PlaybackFailure = 'expired' | 'unreachable' | 'broken';

/** Errors of decoding that are further apart have nothing to do with each other. */
const RECOVERY_WINDOW_MS = 10_000;

/**
 * Watches a player's hls.js for what it cannot get over by itself: an expired signature, which the edge answers with
 * 403, a network that stays away, and errors of decoding, of which the first is tried to be played past.
 *
 * @returns what ends the watching
 */
export function watchForFailures(element: HlsVideoElement, onStop: (stop: PlaybackFailure) => void): (() => void) {
  return withHls(element, (hls) => {
    let recoveredAt = Number.NEGATIVE_INFINITY;
    const onError = (_: typeof Hls.Events.ERROR, data: ErrorData): void => {
      // Another quality has the same signature: there is no use in waiting until each has been tried.
      if (data.response?.code === 403) onStop('expired');
      else if (!data.fatal) return;
      else if (data.type === Hls.ErrorTypes.NETWORK_ERROR) onStop('unreachable');
      else if (data.type === Hls.ErrorTypes.MEDIA_ERROR && performance.now() - recoveredAt > RECOVERY_WINDOW_MS) {
        recoveredAt = performance.now();
        hls.recoverMediaError();
      } else onStop('broken');
    };
    hls.on(Hls.Events.ERROR, onError);
    return () => hls.off(Hls.Events.ERROR, onError);
  });
}
