import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { retryVideo } from '../api/operations.ts';
import { reportOwnChange } from '../feed/feed.ts';
import { AlertIcon, RetryIcon, UploadIcon } from '../icons/icons.tsx';
import { mayUpload } from '../session/session.ts';
import { InlineError } from '../shell/error-panel.tsx';
import { explain, t } from '../texts/texts.ts';
import { FileButton } from '../uploads/file-button.tsx';
import { playsAsUploaded } from './status.ts';
import type { VideoState } from './video-state.ts';

function Retry({ video, state }: FailurePanelProps): VNode {
  const retrying = useSignal(false);
  const error = useSignal<ApiProblemError | null>(null);
  const retry = async (): Promise<void> => {
    retrying.value = true;
    error.value = null;
    try {
      const retried = await retryVideo(video.id);
      state.update(retried);
      reportOwnChange({ videoId: video.id, video: retried });
    } catch (reason) {
      error.value = toApiProblem(reason);
    } finally {
      retrying.value = false;
    }
  };
  return (
    <>
      <button type="button" class="button button-primary" disabled={retrying.value} onClick={() => void retry()}>
        <RetryIcon />
        {retrying.value ? t.failure.retrying : t.failure.retry}
      </button>
      <InlineError error={error.value} />
    </>
  );
}

interface FailurePanelProps {
  readonly video: Video;
  readonly state: VideoState;
}

/** Explains why a video was rejected or failed, and what to do next. */
export function FailurePanel({ video, state }: FailurePanelProps): VNode {
  const { what, next } = explain(video.code, video.message);
  const failed = video.status === 'failed';
  return (
    <section class="notice failure" aria-labelledby="failure-title">
      <AlertIcon />
      <div>
        <h2 id="failure-title">{failed ? t.failure.failed : t.failure.rejected}</h2>
        <p>
          <strong>{what}</strong> {next}
        </p>
        {video.playable && <p>{playsAsUploaded(video) ? t.video.failedAsUploaded : t.video.newerFailed}</p>}
        <div class="actions">
          {failed && video.editable && <Retry video={video} state={state} />}
          {!failed && mayUpload.value && (
            <FileButton class="button button-primary">
              <UploadIcon />
              {t.failure.uploadAnother}
            </FileButton>
          )}
        </div>
        <details class="failure-details">
          <summary>{t.failure.details}</summary>
          <p lang="en">{video.message}</p>
          <p>
            <code>{video.code}</code>
          </p>
        </details>
      </div>
    </section>
  );
}
