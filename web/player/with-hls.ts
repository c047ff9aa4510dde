import type { Hls, HlsVideoElement } from 'hls-video-element';

/**
 * Hands over the hls.js of a player's element, which makes it a microtask after it was given its address. There is none
 * where the browser plays HLS itself.
 *
 * @param use answers what undoes what it did
 * @returns what undoes it
 */
export function withHls(element: HlsVideoElement, use: (hls: Hls) => () => void): (() => void) {
  let stopped = false;
  let undo: (() => void) | undefined;
  queueMicrotask(() => {
    if (!stopped && element.api !== null) undo = use(element.api);
  });
  return () => {
    stopped = true;
    undo?.();
  };
}
