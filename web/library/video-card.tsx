import type { VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { session } from '../session/session.ts';
import { ProgressBar } from '../shell/progress-bar.tsx';
import { formatClock } from '../texts/format.ts';
import { format, t } from '../texts/texts.ts';
import { Poster } from '../video/poster.tsx';
import { getVideoProgress } from '../video/progress.ts';
import { StatusBadge } from '../video/status-badge.tsx';
import { VISIBILITY_ICONS } from '../video/visibility-icons.ts';
import { WarningSign } from '../video/warnings.tsx';

export function VideoCard({ video }: { video: VideoSummary }): VNode {
  const Visibility = VISIBILITY_ICONS[video.visibility];
  const { percent, advancing } = getVideoProgress(video);
  return (
    <li class="card">
      <Poster video={video}>
        {(video.status !== 'ready' || video.withdrawnAt !== null) && <StatusBadge video={video} />}
        {video.durationMs !== null && <span class="duration">{formatClock(video.durationMs)}</span>}
        {advancing && <ProgressBar label={`${video.title}: ${t.status[video.status]}`} percent={percent} />}
      </Poster>
      <h2 class="card-title">
        <a href={`/videos/${video.id}`}>
          <bdi>{video.title}</bdi>
        </a>
      </h2>
      <p class="card-meta">
        <span class="card-visibility" title={t.visibility.names[video.visibility]}>
          <Visibility />
          <span class="visually-hidden">{t.visibility.names[video.visibility]}</span>
        </span>
        <time dateTime={video.createdAt} title={format.dateTime(video.createdAt)}>
          {format.ago(video.createdAt, Date.now())}
        </time>
        {video.editable && video.warningCount > 0 && <WarningSign count={video.warningCount} />}
        {video.ownerName !== session.value?.name && (
          <bdi class="card-owner">{video.ownerName ?? t.library.noOwner}</bdi>
        )}
      </p>
    </li>
  );
}
