import type { VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { format, t } from '../texts/texts.ts';
import { isInProgress } from './status.ts';

/** `Encoding 42%`: the percent only where it says something. */
export function statusText({ status, percent }: Pick<VideoSummary, 'status' | 'percent'>): string {
  return status === 'transcoding' && percent !== null
    ? t.statusAt(t.status[status], format.percent(percent))
    : t.status[status];
}

/** Of a video that is not ready: that one shows itself. */
export function StatusBadge({ video }: { video: Pick<VideoSummary, 'status' | 'percent'> }): VNode {
  return (
    <span class={`status status-${isInProgress(video.status) ? 'moving' : 'bad'}`}>{statusText(video)}</span>
  );
}
