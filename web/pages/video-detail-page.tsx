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
import { hasFailed, isInProgress, playsAsUploaded } from '../video/status.ts';
import { Timeline } from '../video/timeline.tsx';
import { VisibilityChoice } from '../video/visibility-choice.tsx';
import { WarningPanel } from '../video/warnings.tsx';
import { WithdrawalControl, WithdrawalNotice } from '../video/withdrawal.tsx';
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

function NoVideo({ state }: { state: VideoState }): VNode {
  const error = state.error.value;
  if (error !== null && error.status !== 404 && error.status !== 401 && error.status !== 400) {
    return (
      <div class="page">
        <ErrorPanel error={error} onRetry={() => void state.reload()} />
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

function VideoContent({ state, video }: { state: VideoState; video: Video }): VNode {
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
        <VideoStage video={video} state={state} />
        <WithdrawalNotice video={video} />
        {failed && <FailurePanel video={video} state={state} />}
        {inProgress && video.playable && <p class="notice notice-inset">{playsAsUploaded(video) ? t.video.playsAsUploaded : t.video.newerInProgress}</p>}
        <Heading video={video} state={state} />
        <WarningPanel video={video} />
        {(inProgress || failed) && <Timeline video={video} />}
        <Description video={video} state={state} />
      </div>
      {/* Before the details: on a phone, everything stands in one column. */}
      <aside class="video-side">
        {video.editable && <VisibilityChoice video={video} state={state} />}
        {video.editable && <WithdrawalControl video={video} state={state} />}
        <Share video={video} state={state} />
      </aside>
      <div class="video-more">
        <Details video={video} />
        {!inProgress && !failed && session.value !== null && <Timeline video={video} />}
        {video.editable && <DeleteVideo video={video} />}
      </div>
    </div>
  );
}

function VideoDetail({ videoId }: { videoId: string }): VNode {
  const state = useVideoState(videoId);
  const video = state.video.value;
  usePageTitle(video?.title ?? null);
  if (video !== null) return <VideoContent state={state} video={video} />;
  return state.error.value === null ? <VideoSkeleton /> : <NoVideo state={state} />;
}

export function VideoDetailPage(): VNode {
  const videoId = useRoute().params['id'] ?? '';
  return <VideoDetail key={videoId} videoId={videoId} />;
}
