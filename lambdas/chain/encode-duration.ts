import type { Revision } from '../../catalog/schema/index.ts';
import type { JobStateChange } from '../contracts/job-state-change.ts';

/** Returns the duration of an encode in milliseconds: that of its event, or else that of its source. */
export function encodeDurationMs(event: JobStateChange, revision: Revision): number {
  const details = (event.detail.outputGroupDetails ?? []).flatMap(({ outputDetails }) => outputDetails ?? []);
  // Frame captures report durations too, but only video renditions report an average bit rate.
  const videos = details.filter(({ videoDetails }) => videoDetails?.averageBitrate !== undefined);
  const durations = (videos.length > 0 ? videos : details).map(({ durationInMs }) => durationInMs ?? 0);
  return Math.max(0, ...durations) || (revision.source?.durationMs ?? 0);
}
