import type { Hls, HlsVideoElement } from 'hls-video-element';

/**
 * Calls `use` with the hls.js instance of a player element, which creates it a microtask after its `src` is set. There
 * is none in a browser that plays HLS natively.
 *
 * @param use returns its cleanup
 * @returns cleans up
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
