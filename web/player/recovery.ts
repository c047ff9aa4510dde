import type { ErrorData } from 'hls.js';
import { Hls, type HlsVideoElement } from 'hls-video-element';
import { withHls } from './hls-of.ts';

/** What the player is to do about an error that stops it. */
export type Trouble = 'expired' | 'broken';

/**
 * Watches a player's hls.js for what it cannot get over by itself: an expired signature, which the edge answers with
 * 403, and errors of decoding, of which the first is tried to be played past.
 *
 * @returns what ends the watching
 */
export const watchForTrouble = (element: HlsVideoElement, onTrouble: (trouble: Trouble) => void): (() => void) =>
  withHls(element, (hls) => {
    let recovered = false;
    const onError = (_: typeof Hls.Events.ERROR, data: ErrorData): void => {
      if (!data.fatal) return;
      if (data.type === Hls.ErrorTypes.MEDIA_ERROR && !recovered) {
        recovered = true;
        hls.recoverMediaError();
        return;
      }
      onTrouble(data.response?.code === 403 ? 'expired' : 'broken');
    };
    hls.on(Hls.Events.ERROR, onError);
    return () => hls.off(Hls.Events.ERROR, onError);
  });

/** Puts a player that was given a new address back to where it was. */
export const resumeAt = (element: HlsVideoElement, seconds: number, playing: boolean): void => {
  const go = (): void => {
    element.currentTime = seconds;
    if (playing) void element.play();
  };
  element.addEventListener('loadedmetadata', go, { once: true });
};
