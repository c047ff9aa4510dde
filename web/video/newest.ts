import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';

const failed = new Set<string>();

/** To be called of a picture that could not be loaded, as when its signature has expired. */
export const posterFailed = (url: string): void => void failed.add(url);

const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

/**
 * Each answer signs the poster anew; the one that is shown stays for as long as it can be loaded, or the picture would
 * be fetched each second.
 */
const posterOf = (before: string | null, now: string | null): string | null =>
  before !== null && now !== null && pathOf(before) === pathOf(now) && !failed.has(before) ? before : now;

/** What is to be shown after an answer has come, which may have been overtaken by the one before. */
export const newestOf = <Shown extends VideoSummary>(before: Shown, now: Shown): Shown =>
  before.changedAt > now.changedAt ? before : { ...now, posterUrl: posterOf(before.posterUrl, now.posterUrl) };
