import { useRoute } from 'preact-iso';
import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { BackIcon } from '../icons/icons.tsx';
import { lastListUrl } from '../library/library-list.ts';
import { session } from '../session/session.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { SignInButton } from '../shell/sign-in-button.tsx';
import { ErrorPanel } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { DeleteVideo } from '../video/delete-video.tsx';
import { Description, Heading } from '../video/heading.tsx';
import { Details } from '../video/details.tsx';
import { FailurePanel } from '../video/failure-panel.tsx';
import { Share } from '../video/share.tsx';
import { useVideoState } from '../video/use-video-state.ts';
import { VideoStage } from '../video/video-stage.tsx';
import { hasFailed, isInProgress } from '../video/status.ts';
import { Timeline } from '../video/timeline.tsx';
import { VisibilityChoice } from '../video/visibility-choice.tsx';
import type { VideoState } from '../video/video-state.ts';
import { NotFound } from './not-found-page.tsx';

function VideoSkeleton(): VNode {
  return (
    <div class="page video-page" aria-busy="true">
      <p class="visually-hidden" role="status">
        {t.loading}
      </p>
      <div class="video-main card-skeleton" aria-hidden="true">
        <div class="stage poster" />
        <div class="skeleton-line skeleton-title" />
        <div class="skeleton-line skeleton-short" />
      </div>
    </div>
  );
}

function NoVideo({ shown }: { shown: VideoState }): VNode {
  const error = shown.error.value;
  if (error !== null && error.status !== 404 && error.status !== 401 && error.status !== 400) {
    return (
      <div class="page">
        <ErrorPanel error={error} onRetry={() => void shown.reload()} />
      </div>
    );
  }
  const signedOut = session.value === null;
  return (
    <NotFound title={t.notFound.videoTitle} text={signedOut ? t.notFound.videoSignedOutText : t.notFound.videoText}>
      {signedOut && <SignInButton class="button button-primary" />}
    </NotFound>
  );
}

function VideoContent({ shown, video }: { shown: VideoState; video: Video }): VNode {
  const failed = hasFailed(video.status);
  const inProgress = isInProgress(video.status);
  return (
    <div class="page video-page">
      <div class="video-main">
        {session.value !== null && (
          <a class="back-link" href={lastListUrl.value}>
            <BackIcon />
            {t.video.backToLibrary}
          </a>
        )}
        <VideoStage video={video} shown={shown} />
        {failed && <FailurePanel video={video} shown={shown} />}
        {inProgress && video.playable && <p class="notice notice-inset">{t.video.newerInProgress}</p>}
        <Heading video={video} shown={shown} />
        {(inProgress || failed) && <Timeline video={video} />}
        <Description video={video} shown={shown} />
        <Details video={video} />
        {!inProgress && !failed && session.value !== null && <Timeline video={video} />}
      </div>
      <aside class="video-side">
        {video.editable && <VisibilityChoice video={video} shown={shown} />}
        <Share video={video} shown={shown} />
        {video.editable && <DeleteVideo video={video} />}
      </aside>
    </div>
  );
}

function VideoDetail({ videoId }: { videoId: string }): VNode {
  const shown = useVideoState(videoId);
  const video = shown.video.value;
  usePageTitle(video?.title ?? null);
  if (video !== null) return <VideoContent shown={shown} video={video} />;
  return shown.error.value === null ? <VideoSkeleton /> : <NoVideo shown={shown} />;
}

export function VideoDetailPage(): VNode {
  const videoId = useRoute().params['id'] ?? '';
  return <VideoDetail key={videoId} videoId={videoId} />;
}
