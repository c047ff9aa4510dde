import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { LazyPlayer } from '../player/lazy-player.tsx';
import { ProgressBar } from '../shell/progress-bar.tsx';
import { ErrorPanel } from '../shell/error-panel.tsx';
import { format, t } from '../texts/texts.ts';
import type { FileUpload } from '../uploads/file-upload.ts';
import { uploadProgressText } from '../uploads/upload-progress-text.ts';
import { ResumeUpload } from './resume-upload.tsx';
import { Poster } from './poster.tsx';
import { getVideoProgress } from './progress.ts';
import type { VideoState } from './video-state.ts';
import { choosePlayerSize } from './choose-player-size.ts';
import { isInProgress } from './status.ts';

function progressText(video: Video, upload: FileUpload | undefined): string {
  if (video.status !== 'uploading') return t.video.processingText;
  if (upload?.phase.value === 'interrupted') return t.uploads.interrupted;
  if (upload?.phase.value === 'sending') return uploadProgressText(upload);
  return upload?.active.value === true ? t.video.uploadingText : t.video.uploadStoppedText;
}

function InProgress({ video }: { video: Video }): VNode {
  const { upload, percent, advancing } = getVideoProgress(video);
  return (
    <div class="in-progress rippled">
      <p class="in-progress-status">{t.status[video.status]}</p>
      <p class="in-progress-percent" aria-hidden="true">
        {percent === null ? '' : format.percent(percent)}
      </p>
      {advancing && <ProgressBar label={t.status[video.status]} percent={percent} />}
      <p>{progressText(video, upload)}</p>
      {(upload === undefined || upload.phase.value === 'interrupted') && <ResumeUpload video={video} />}
    </div>
  );
}

/** The player, or the error that prevents playback. */
function Screen({ video, state }: VideoStageProps): VNode {
  const [playback, error] = [state.playback.value, state.playbackError.value];
  if (playback !== null) return <LazyPlayer playback={playback} posterUrl={video.posterUrl} />;
  return (
    <>
      <Poster video={video} />
      {error !== null && (
        <ErrorPanel title={t.player.cannotPlay} error={error} onRetry={() => void state.reload()} />
      )}
    </>
  );
}

interface VideoStageProps {
  readonly video: Video;
  readonly state: VideoState;
}

/** The player of a video, or its progress while there is nothing to play. */
export function VideoStage({ video, state }: VideoStageProps): VNode | null {
  const { width, height } = choosePlayerSize(video);
  if (video.playable) {
    return (
      <div class="stage" style={{ '--ratio': String(width / height) }}>
        <Screen video={video} state={state} />
      </div>
    );
  }
  if (!isInProgress(video.status)) return null;
  return (
    <div class="stage stage-waiting">
      <InProgress video={video} />
    </div>
  );
}
