import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import type { ApiProblemError } from '../api/api-problem.ts';
import { chooseStream } from '../player/choose-stream.ts';
import { LazyPlayer } from '../player/lazy-player.tsx';
import { parseStartTime } from '../player/start-time.ts';
import { ProgressBar } from '../shell/progress-bar.tsx';
import { ErrorPanel } from '../shell/error-panel.tsx';
import { explain, format, t } from '../texts/texts.ts';
import { uploadProgressText } from '../uploads/upload-progress-text.ts';
import { ResumeUpload } from './resume-upload.tsx';
import { Poster } from './poster.tsx';
import { getVideoProgress, type VideoProgress } from './progress.ts';
import type { VideoState } from './video-state.ts';
import { findFrameRate } from './find-frame-rate.ts';
import { choosePlayerSize } from './choose-player-size.ts';
import { isInProgress } from './status.ts';

function progressText(video: Video, { upload, interrupted }: VideoProgress): string {
  if (video.playable) return t.video.notPlayableHere;
  if (video.status !== 'uploading') return t.video.processingText;
  if (upload?.phase.value === 'paused') return t.uploads.paused;
  if (upload?.phase.value === 'failed') return explainFailure(upload.error.value);
  if (interrupted) return upload === undefined ? t.video.uploadStoppedText : t.uploads.interrupted;
  if (upload === undefined) return t.video.uploadElsewhereText;
  return upload.phase.value === 'sending' ? uploadProgressText(upload) : t.video.uploadingText;
}

function explainFailure(error: ApiProblemError | null): string {
  const { what, next } = explain(error?.code ?? null, error?.detail ?? null);
  return `${what} ${next}`;
}

function InProgress({ video }: { video: Video }): VNode {
  const progress = getVideoProgress(video);
  const { upload, percent, advancing, interrupted } = progress;
  return (
    <div class="in-progress rippled">
      <p class="in-progress-status">{interrupted ? t.interrupted : t.status[video.status]}</p>
      <p class="in-progress-percent" aria-hidden="true">
        {percent === null ? '' : format.percent(percent)}
      </p>
      {advancing && <ProgressBar label={t.status[video.status]} percent={percent} />}
      <p>{progressText(video, progress)}</p>
      {(upload === undefined || upload.phase.value === 'interrupted') && <ResumeUpload video={video} />}
    </div>
  );
}

/** The player, or the error that prevents playback. */
function Screen({ video, state }: VideoStageProps): VNode {
  const [playback, error] = [state.playback.value, state.playbackError.value];
  const { query } = useLocation();
  if (playback !== null && chooseStream(playback) === undefined) return <InProgress video={video} />;
  if (playback !== null) {
    return (
      <LazyPlayer
        playback={playback}
        posterUrl={video.posterUrl}
        startSeconds={parseStartTime(query['t'])}
        frameRate={findFrameRate(video)}
      />
    );
  }
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
