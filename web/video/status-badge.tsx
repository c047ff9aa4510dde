import type { VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { t } from '../texts/texts.ts';
import { getVideoProgress, statusText } from './progress.ts';
import { hasFailed } from './status.ts';

/** Status of a video that is not ready, or that is withdrawn. */
export function StatusBadge({ video }: { video: VideoSummary }): VNode {
  const isWithdrawn = video.withdrawnAt !== null;
  if (isWithdrawn && video.status === 'ready') {
    return <span class="status status-interrupted">{t.withdrawal.badge}</span>;
  }
  const { interrupted } = getVideoProgress(video);
  const look = interrupted ? 'interrupted' : hasFailed(video.status) ? 'failed' : 'in-progress';
  return (
    <span class={`status status-${look}`}>
      {statusText(video)}
      {isWithdrawn && ` · ${t.withdrawal.badge}`}
    </span>
  );
}
