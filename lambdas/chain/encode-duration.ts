import type { Revision } from '../../catalog/schema/index.ts';
import type { JobStateChange } from '../contracts/job-state-change.ts';

/** How long the encode plays, in milliseconds: as its event says, else as long as its source. */
export function encodeDurationMs(event: JobStateChange, revision: Revision): number {
  const details = (event.detail.outputGroupDetails ?? []).flatMap(({ outputDetails }) => outputDetails ?? []);
  // Frame captures report durations of their own; renditions of picture come with their size.
  const videos = details.filter(({ videoDetails }) => videoDetails?.averageBitrate !== undefined);
  const durations = (videos.length > 0 ? videos : details).map(({ durationInMs }) => durationInMs ?? 0);
  return Math.max(0, ...durations) || (revision.source?.durationMs ?? 0);
}
