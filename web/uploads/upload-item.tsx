import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { CloseIcon, RetryIcon } from '../icons/icons.tsx';
import { Bar } from '../shell/bar.tsx';
import { explain, t } from '../texts/texts.ts';
import { statusText } from '../video/status-badge.tsx';
import { FileButton } from './file-button.tsx';
import type { FileUpload, UploadPhase } from './file-upload.ts';
import { sendingText } from './sending-text.ts';
import { cancelUpload, removeUpload, uploads } from './uploads.ts';

const endText = (video: VideoSummary | null): string => {
  if (video === null) return t.status.uploaded;
  const ended = video.status === 'rejected' || video.status === 'failed';
  return ended ? explain(video.code, null).what : statusText(video);
};

const failureText = ({ error }: FileUpload): string => {
  const { what, next } = explain(error.value?.code ?? null, error.value?.detail ?? null);
  return `${what} ${next}`;
};

const TEXTS: Record<UploadPhase, (upload: FileUpload) => string> = {
  waiting: () => t.uploads.waiting,
  sending: (upload) => (upload.videoId.value === null ? t.uploads.starting : sendingText(upload)),
  finishing: () => t.uploads.finishing,
  sent: (upload) => endText(upload.video.value),
  interrupted: () => t.uploads.interrupted,
  failed: failureText,
};

/** Choosing the file of an interrupted upload again. */
const ChooseAgain = ({ upload }: { upload: FileUpload }): VNode => {
  const wrong = useSignal(false);
  const take = ([file]: readonly File[]): void => {
    if (file === undefined) return;
    // Of several interrupted ones it may be another's.
    const match = upload.matches(file) ? upload : uploads.value.find((other) => other.matches(file));
    wrong.value = match === undefined;
    match?.start(file);
  };
  return (
    <>
      <FileButton class="button button-small" one onFiles={take}>
        {t.uploads.chooseAgain}
      </FileButton>
      <div role="alert">{wrong.value && <p class="short-trouble">{t.uploads.wrongFile(upload.fileName)}</p>}</div>
    </>
  );
};

const Name = ({ upload }: { upload: FileUpload }): VNode =>
  upload.videoId.value === null ? (
    <span class="tray-name">{upload.fileName}</span>
  ) : (
    <a class="tray-name" href={`/videos/${upload.videoId.value}`}>
      {upload.fileName}
    </a>
  );

export const UploadItem = ({ upload }: { upload: FileUpload }): VNode => {
  const phase = upload.phase.value;
  const status = upload.video.value?.status;
  const ended = status === 'rejected' || status === 'failed';
  const moving = phase === 'sending' || phase === 'finishing';
  const sent = phase === 'sent';
  const removeLabel = sent ? t.uploads.removeOf(upload.fileName) : t.uploads.cancelOf(upload.fileName);
  return (
    <li class={`tray-item tray-${phase} ${ended ? 'tray-ended' : ''}`}>
      <div class="tray-line">
        <Name upload={upload} />
        {phase === 'failed' && (
          <button
            type="button"
            class="icon-button"
            aria-label={t.uploads.retryOf(upload.fileName)}
            title={t.tryAgain}
            onClick={() => upload.start()}
          >
            <RetryIcon />
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={removeLabel}
          title={removeLabel}
          onClick={() => (sent ? removeUpload(upload) : void cancelUpload(upload))}
        >
          <CloseIcon />
        </button>
      </div>
      {(moving || phase === 'interrupted') && (
        <Bar label={t.uploads.progressOf(upload.fileName)} percent={100 * upload.fraction.value} />
      )}
      <p class="tray-text">
        {TEXTS[phase](upload)}
        {sent && upload.videoId.value !== null && (status === 'ready' || ended) && (
          <>
            {' · '}
            <a href={`/videos/${upload.videoId.value}`}>{ended ? t.uploads.seeWhy : t.uploads.watch}</a>
          </>
        )}
      </p>
      {phase === 'interrupted' && <ChooseAgain upload={upload} />}
    </li>
  );
};
