import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { CloseIcon, RetryIcon, TrashIcon } from '../icons/icons.tsx';
import { ProgressBar } from '../shell/progress-bar.tsx';
import { explain, t } from '../texts/texts.ts';
import { statusText } from '../video/status-badge.tsx';
import { ConfirmCancel, needsConfirmation } from './confirm-cancel.tsx';
import { FileButton } from './file-button.tsx';
import type { FileUpload, UploadPhase } from './file-upload.ts';
import { uploadProgressText } from './upload-progress-text.ts';
import { cancelUpload, resumeUploads, removeUpload } from './upload-list.ts';

function endText(video: VideoSummary | null): string {
  if (video === null) return t.status.uploaded;
  const ended = video.status === 'rejected' || video.status === 'failed';
  return ended ? explain(video.code, null).what : statusText(video);
}

function failureText({ error }: FileUpload): string {
  const { what, next } = explain(error.value?.code ?? null, error.value?.detail ?? null);
  return `${what} ${next}`;
}

const TEXTS: Record<UploadPhase, (upload: FileUpload) => string> = {
  waiting: () => t.uploads.waiting,
  sending: (upload) => (upload.videoId.value === null ? t.uploads.starting : uploadProgressText(upload)),
  finishing: () => t.uploads.finishing,
  sent: (upload) => endText(upload.video.value),
  paused: () => t.uploads.paused,
  interrupted: () => t.uploads.interrupted,
  canceling: () => t.uploads.canceling,
  failed: failureText,
};

interface ItemProps {
  readonly upload: FileUpload;
  /** For when the control that was used is there no more. */
  readonly focusClose: () => void;
}

/** Choosing the file of an interrupted upload again, or those of several. */
function ChooseAgain({ upload, focusClose }: ItemProps): VNode {
  const wrong = useSignal(false);
  const take = (files: readonly File[]): void => {
    const found = resumeUploads(files);
    wrong.value = found.length === 0;
    if (found.includes(upload)) focusClose();
  };
  return (
    <>
      <FileButton class="button button-small" onFiles={take}>
        {t.uploads.chooseAgain}
      </FileButton>
      <div role="alert">{wrong.value && <p class="short-trouble">{t.uploads.wrongFile(upload.fileName)}</p>}</div>
    </>
  );
}

function Retry({ upload, focusClose }: ItemProps): VNode {
  const label = t.uploads.retryOf(upload.fileName);
  const retry = (): void => {
    upload.start();
    focusClose();
  };
  return (
    <button type="button" class="icon-button" aria-label={label} title={t.tryAgain} onClick={retry}>
      <RetryIcon />
    </button>
  );
}

function Name({ upload }: { upload: FileUpload }): VNode {
  return upload.videoId.value === null ? (
    <span class="tray-name">{upload.fileName}</span>
  ) : (
    <a class="tray-name" href={`/videos/${upload.videoId.value}`}>
      {upload.fileName}
    </a>
  );
}

/**
 * Where the focus goes from an entry of the tray that leaves it: to the next one, or the one before, and to the page
 * when there is no other. Without this it would fall back to the beginning of the document.
 */
function focusNeighbor(item: HTMLElement): void {
  const neighbour = item.nextElementSibling ?? item.previousElementSibling;
  const target = neighbour?.querySelector<HTMLElement>('.tray-close') ?? document.getElementById('content');
  target?.focus({ preventScroll: true });
}

export function UploadItem({ upload }: { upload: FileUpload }): VNode {
  const asking = useSignal(false);
  const item = useRef<HTMLLIElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const focusClose = (): void => close.current?.focus();
  useLayoutEffect(() => {
    const shown = item.current;
    return () => {
      if (shown?.contains(document.activeElement) === true) focusNeighbor(shown);
    };
  }, []);
  const phase = upload.phase.value;
  const status = upload.video.value?.status;
  const ended = status === 'rejected' || status === 'failed';
  const sent = phase === 'sent';
  const refused = phase === 'failed' && upload.sizeBytes === 0;
  const retriable = phase === 'failed' && !refused;
  // What has arrived, or never set out, only leaves the list; everything else is taken away, and cannot be had back.
  const onlyListed = sent || refused;
  const closeLabel = onlyListed ? t.uploads.removeOf(upload.fileName) : t.uploads.cancelOf(upload.fileName);
  // Why it could not be taken away stands in the entry itself.
  const cancel = (): void => void cancelUpload(upload).catch(() => undefined);
  const onClose = (): void => {
    if (onlyListed) removeUpload(upload);
    else if (needsConfirmation(upload)) asking.value = true;
    else cancel();
  };
  const keep = (): void => {
    asking.value = false;
    focusClose();
  };
  return (
    <li ref={item} class={`tray-item tray-${phase} ${ended ? 'tray-ended' : ''}`}>
      <div class="tray-line">
        <Name upload={upload} />
        {retriable && <Retry upload={upload} focusClose={focusClose} />}
        <button
          ref={close}
          type="button"
          class="icon-button tray-close"
          aria-label={closeLabel}
          title={closeLabel}
          aria-disabled={phase === 'canceling'}
          onClick={() => phase !== 'canceling' && onClose()}
        >
          {onlyListed ? <CloseIcon /> : <TrashIcon />}
        </button>
      </div>
      {['sending', 'finishing', 'paused', 'interrupted'].includes(phase) && (
        <ProgressBar label={t.uploads.progressOf(upload.fileName)} percent={100 * upload.fraction.value} />
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
      {asking.value && needsConfirmation(upload) && (
        <ConfirmCancel
          upload={upload}
          onCancel={() => {
            keep();
            cancel();
          }}
          onKeep={keep}
        />
      )}
      {phase === 'interrupted' && <ChooseAgain upload={upload} focusClose={focusClose} />}
    </li>
  );
}
