import { loadPosition, savePosition } from './playback-position.ts';

/** Interval between two saves during playback. */
const SAVE_INTERVAL_MS = 5000;

type PositionedMedia = Pick<
  HTMLVideoElement,
  'currentTime' | 'duration' | 'ended' | 'readyState' | 'addEventListener' | 'removeEventListener'
>;

/** Returns whether the user has reloaded the page, which continues where it was even if its URL names a start. */
function isReload(): boolean {
  return performance.getEntriesByType('navigation').some((entry) => 'type' in entry && entry.type === 'reload');
}

/**
 * Starts a video at a time or where the user stopped watching it, and keeps the place during playback.
 *
 * @param startSeconds time that the URL names; null if it names none
 * @returns a function that keeps the place a last time and stops
 */
export function keepPosition(element: PositionedMedia, videoId: string, startSeconds: number | null): () => void {
  let savedAt = Number.NEGATIVE_INFINITY;
  let started = false;
  const start = (): void => {
    // A new revision of the video, or a new signature, continues where the last one was.
    const named = started || (isReload() && loadPosition(videoId) !== null) ? null : startSeconds;
    started = true;
    const seconds = named ?? loadPosition(videoId);
    if (seconds !== null && seconds < element.duration && element.currentTime < 1) element.currentTime = seconds;
  };
  const save = (): void => {
    if (!started || element.readyState === 0) return;
    savedAt = performance.now();
    savePosition(videoId, element.ended ? element.duration : element.currentTime, element.duration);
  };
  const saveSometimes = (): void => {
    if (performance.now() - savedAt >= SAVE_INTERVAL_MS) save();
  };
  const listeners = { loadedmetadata: start, timeupdate: saveSometimes, pause: save, seeked: save, ended: save };
  for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, listener);
  addEventListener('pagehide', save);
  return () => {
    save();
    for (const [type, listener] of Object.entries(listeners)) element.removeEventListener(type, listener);
    removeEventListener('pagehide', save);
  };
}
