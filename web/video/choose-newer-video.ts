import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';

const failed = new Set<string>();

/** Marks a poster that could not be loaded, as when its signature has expired. */
export function markPosterFailed(url: string): void {
  failed.add(url);
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/**
 * Keeps the URL of the shown poster unless it could not be loaded: each response signs a new URL, so the image would be
 * fetched again every second.
 */
function keepLoadedPoster(before: string | null, now: string | null): string | null {
  return before !== null && now !== null && pathOf(before) === pathOf(now) && !failed.has(before) ? before : now;
}

/** Returns the newer of two states of a video, since responses may arrive out of order. */
export function chooseNewerVideo<Shown extends VideoSummary>(before: Shown, now: Shown): Shown {
  return before.changedAt > now.changedAt
    ? before
    : { ...now, posterUrl: keepLoadedPoster(before.posterUrl, now.posterUrl) };
}
