import type { Hls, HlsVideoElement } from 'hls-video-element';

/**
 * Calls `use` with the hls.js instance of a player element, which creates it a microtask after its `src` is set. There
 * is none in a browser that plays HLS natively.
 *
 * @param use returns a function that undoes it
 * @returns a function that calls that of `use`, or cancels the call
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
