import type { VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { session } from '../session/session.ts';
import { Bar } from '../shell/bar.tsx';
import { clock } from '../texts/format.ts';
import { format, t } from '../texts/texts.ts';
import { uploadOf } from '../uploads/uploads.ts';
import { Poster } from '../video/poster.tsx';
import { isMoving, StatusBadge } from '../video/status-badge.tsx';
import { VISIBILITY_ICONS } from '../video/visibility-icons.ts';

/** How far the video has come, where that is a number: what this page itself sends is known most exactly. */
const percentOf = (video: VideoSummary): number | null => {
  const upload = video.status === 'uploading' ? uploadOf(video.id) : undefined;
  return upload?.active.value === true ? 100 * upload.fraction.value : video.percent;
};

export const VideoCard = ({ video }: { video: VideoSummary }): VNode => {
  const Visibility = VISIBILITY_ICONS[video.visibility];
  const moving = isMoving(video.status);
  return (
    <li class="card">
      <Poster video={video}>
        {video.status !== 'ready' && <StatusBadge video={video} />}
        {video.durationMs !== null && <span class="duration">{clock(video.durationMs)}</span>}
        {moving && <Bar label={`${video.title}: ${t.status[video.status]}`} percent={percentOf(video)} />}
      </Poster>
      <h2 class="card-title">
        <a href={`/videos/${video.id}`}>{video.title}</a>
      </h2>
      <p class="card-meta">
        <span class="card-visibility" title={t.visibility.names[video.visibility]}>
          <Visibility />
          <span class="visually-hidden">{t.visibility.names[video.visibility]}</span>
        </span>
        <time dateTime={video.createdAt} title={format.dateTime(video.createdAt)}>
          {format.ago(video.createdAt, Date.now())}
        </time>
        {video.ownerName !== session.value?.name && (
          <span class="card-owner">{video.ownerName ?? t.library.noOwner}</span>
        )}
      </p>
    </li>
  );
};
