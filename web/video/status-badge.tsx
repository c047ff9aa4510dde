import type { VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { format, t } from '../texts/texts.ts';
import { isInProgress } from './status.ts';

/** Returns the status as in `Encoding 42%`; other statuses have no percentage. */
export function statusText({ status, percent }: Pick<VideoSummary, 'status' | 'percent'>): string {
  return status === 'transcoding' && percent !== null
    ? t.statusAt(t.status[status], format.percent(percent))
    : t.status[status];
}

/** Status of a video that is not ready. */
export function StatusBadge({ video }: { video: Pick<VideoSummary, 'status' | 'percent'> }): VNode {
  return (
    <span class={`status status-${isInProgress(video.status) ? 'in-progress' : 'failed'}`}>{statusText(video)}</span>
  );
}
