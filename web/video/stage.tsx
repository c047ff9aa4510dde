import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { LazyPlayer } from '../player/lazy-player.tsx';
import { Bar } from '../shell/progress-bar.tsx';
import { Trouble } from '../shell/error-panel.tsx';
import { format, t } from '../texts/texts.ts';
import type { FileUpload } from '../uploads/file-upload.ts';
import { sendingText } from '../uploads/upload-progress-text.ts';
import { ContinueUpload } from './resume-upload.tsx';
import { Poster } from './poster.tsx';
import { progressOf } from './progress.ts';
import type { ShownVideo } from './video-state.ts';
import { sizeOf } from './display-size.ts';
import { isMoving } from './status.ts';

function textOf(video: Video, upload: FileUpload | undefined): string {
  if (video.status !== 'uploading') return t.video.processingText;
  if (upload?.phase.value === 'interrupted') return t.uploads.interrupted;
  if (upload?.phase.value === 'sending') return sendingText(upload);
  return upload?.active.value === true ? t.video.uploadingText : t.video.uploadStoppedText;
}

function OnItsWay({ video }: { video: Video }): VNode {
  const { upload, percent, goesOn } = progressOf(video);
  return (
    <div class="on-its-way rippled">
      <p class="on-its-way-status">{t.status[video.status]}</p>
      <p class="on-its-way-percent" aria-hidden="true">
        {percent === null ? '' : format.percent(percent)}
      </p>
      {goesOn && <Bar label={t.status[video.status]} percent={percent} />}
      <p>{textOf(video, upload)}</p>
      {(upload === undefined || upload.phase.value === 'interrupted') && <ContinueUpload video={video} />}
    </div>
  );
}

/** The player, or why there is none. */
function Screen({ video, shown }: StageProps): VNode {
  const [playback, error] = [shown.playback.value, shown.playbackError.value];
  if (playback !== null) return <LazyPlayer playback={playback} posterUrl={video.posterUrl} />;
  return (
    <>
      <Poster video={video} />
      {error !== null && (
        <Trouble title={t.player.cannotPlay} error={error} onRetry={() => void shown.reload()} />
      )}
    </>
  );
}

interface StageProps {
  readonly video: Video;
  readonly shown: ShownVideo;
}

/** Where the video is seen, or what is known before there is anything to play. */
export function Stage({ video, shown }: StageProps): VNode | null {
  const { width, height } = sizeOf(video);
  if (video.playable) {
    return (
      <div class="stage" style={{ '--ratio': String(width / height) }}>
        <Screen video={video} shown={shown} />
      </div>
    );
  }
  if (!isMoving(video.status)) return null;
  return (
    <div class="stage stage-waiting">
      <OnItsWay video={video} />
    </div>
  );
}
