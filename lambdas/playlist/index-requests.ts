import type { PlaylistObjects } from './find-playlist.ts';

/** Time in which a function requests the same index once, however many players wait for it. */
const SPACING_MS = 10_000;
/** Maximum number of remembered requests. */
const MAX_REMEMBERED = 1_000;

type RequestIndex = PlaylistObjects['requestIndex'];

/**
 * Passes on one of the requests for an index within ten seconds. A failed one is reported and not remembered: the viewer gets what
 * can be played without the index, and asks again.
 */
export function spacedIndexRequests(
  send: RequestIndex,
  reportFailure: (error: unknown) => void,
  now: () => number = Date.now,
): RequestIndex {
  /** Time of the last request by revision, the oldest first. */
  const sentAtMs = new Map<string, number>();
  return async (videoId, revision) => {
    const key = `${videoId}/${revision}`;
    if (now() - (sentAtMs.get(key) ?? -Infinity) < SPACING_MS) return;
    try {
      await send(videoId, revision);
    } catch (error) {
      reportFailure(error);
      return;
    }
    sentAtMs.delete(key);
    sentAtMs.set(key, now());
    const [oldest = key] = sentAtMs.keys();
    if (sentAtMs.size > MAX_REMEMBERED) sentAtMs.delete(oldest);
  };
}
