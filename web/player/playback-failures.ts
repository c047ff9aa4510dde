import type { ErrorData } from 'hls.js';
import { Hls, type HlsVideoElement } from 'hls-video-element';
import { withHls } from './with-hls.ts';

/** Cause of a playback failure: an expired signature, an unreachable network, or media that cannot be decoded. */
export type PlaybackFailure = 'expired' | 'unreachable' | 'broken';

/** Decoding errors further apart than this are unrelated. */
const RECOVERY_WINDOW_MS = 10_000;

/**
 * Watches the hls.js instance of a player for errors that it cannot recover from: an expired signature, to which the
 * edge responds 403, a network that stays down, and decoding errors, after the first of which recovery is tried.
 *
 * @returns a function that stops watching
 */
export function watchForFailures(element: HlsVideoElement, onFailure: (failure: PlaybackFailure) => void): () => void {
  return withHls(element, (hls) => {
    let recoveredAt = Number.NEGATIVE_INFINITY;
    const onError = (_: typeof Hls.Events.ERROR, data: ErrorData): void => {
      // Every quality has the same signature, so there is no point in trying the others first.
      if (data.response?.code === 403) onFailure('expired');
      else if (!data.fatal) return;
      else if (data.type === Hls.ErrorTypes.NETWORK_ERROR) onFailure('unreachable');
      else if (data.type === Hls.ErrorTypes.MEDIA_ERROR && performance.now() - recoveredAt > RECOVERY_WINDOW_MS) {
        recoveredAt = performance.now();
        hls.recoverMediaError();
      } else onFailure('broken');
    };
    hls.on(Hls.Events.ERROR, onError);
    return () => hls.off(Hls.Events.ERROR, onError);
  });
}
