import type { Change } from '../../lambdas/contracts/api/change.ts';
import type { VideoStatus, VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { newerVideo } from '../video/newer-video.ts';

/** What is shown of the list: changes of other videos do not concern it. */
export interface ListFilter {
  readonly search: string;
  /** None stands for all. */
  readonly statuses: readonly VideoStatus[];
  /** Whether older videos follow that have not been read. */
  readonly hasMore: boolean;
}

function matches(video: VideoSummary, shown: ListFilter): boolean {
  const title = video.title.toLocaleLowerCase();
  const words = shown.search.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  const { statuses } = shown;
  return (statuses.length === 0 || statuses.includes(video.status)) && words.every((word) => title.includes(word));
}

/** Newest first; ids, which are made in the order of time, decide between equal ones. */
function newestFirst(a: VideoSummary, b: VideoSummary): number {
  return b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id);
}

/** The list as it is after the changes, and the very same list if none concerns it. */
export function mergeChanges(
  videos: readonly VideoSummary[],
  changes: readonly Change[],
  shown: ListFilter,
): readonly VideoSummary[] {
  const merged = new Map(videos.map((video) => [video.id, video]));
  const last = videos.at(-1);
  let touched = false;
  for (const { videoId, video } of changes) {
    const before = merged.get(videoId);
    if (video === null || !matches(video, shown)) {
      touched = merged.delete(videoId) || touched;
    } else if (before !== undefined) {
      const newest = newerVideo(before, video);
      if (newest === before) continue;
      merged.set(videoId, newest);
      touched = true;
    } else if (!shown.hasMore || last === undefined || newestFirst(video, last) < 0) {
      merged.set(videoId, video);
      touched = true;
    }
  }
  return touched ? [...merged.values()].toSorted(newestFirst) : videos;
}
