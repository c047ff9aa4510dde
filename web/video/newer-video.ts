import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';

const failed = new Set<string>();

/** To be called of a picture that could not be loaded, as when its signature has expired. */
export function markPosterFailed(url: string): void {
  failed.add(url);
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/**
 * Each answer signs the poster anew; the one that is shown stays for as long as it can be loaded, or the picture would
 * be fetched each second.
 */
function keepLoadedPoster(before: string | null, now: string | null): string | null {
  return before !== null && now !== null && pathOf(before) === pathOf(now) && !failed.has(before) ? before : now;
}

/** What is to be shown after an answer has come, which may have been overtaken by the one before. */
export function newerVideo<Shown extends VideoSummary>(before: Shown, now: Shown): Shown {
  return before.changedAt > now.changedAt ? before : { ...now, posterUrl: keepLoadedPoster(before.posterUrl, now.posterUrl) };
}
