import type { Change } from '../../lambdas/contracts/api/change.ts';
import { foldText, searchWords } from '../../lambdas/contracts/api/text-rules.ts';
import type { VideoStatus, VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { chooseNewerVideo } from '../video/choose-newer-video.ts';

/** The part of the list that is shown; changes outside it are ignored. */
export interface ListFilter {
  readonly search: string;
  /** Empty for all. */
  readonly statuses: readonly VideoStatus[];
  /** Whether older videos follow that have not been loaded. */
  readonly hasMore: boolean;
}

function matches(video: VideoSummary, filter: ListFilter): boolean {
  const title = foldText(video.title);
  const { statuses, search } = filter;
  if (statuses.length > 0 && !statuses.includes(video.status)) return false;
  return searchWords(search).every((word) => title.includes(word));
}

/** Sorts newest first, then by id: ids are UUIDv7 and so in creation order. */
function compareNewestFirst(a: VideoSummary, b: VideoSummary): number {
  return b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id);
}

/** Returns the list with the changes applied, or the same array if none of them affects it. */
export function mergeChanges(
  videos: readonly VideoSummary[],
  changes: readonly Change[],
  filter: ListFilter,
): readonly VideoSummary[] {
  const merged = new Map(videos.map((video) => [video.id, video]));
  const last = videos.at(-1);
  let touched = false;
  for (const { videoId, video } of changes) {
    const before = merged.get(videoId);
    if (video === null || !matches(video, filter)) {
      touched = merged.delete(videoId) || touched;
    } else if (before !== undefined) {
      const newest = chooseNewerVideo(before, video);
      if (newest === before) continue;
      merged.set(videoId, newest);
      touched = true;
    } else if (!filter.hasMore || last === undefined || compareNewestFirst(video, last) < 0) {
      merged.set(videoId, video);
      touched = true;
    }
  }
  return touched ? [...merged.values()].toSorted(compareNewestFirst) : videos;
}
