import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { CloseIcon, PencilIcon, RetryIcon, TrashIcon } from '../icons/icons.tsx';
import { InlineError } from '../shell/error-panel.tsx';
import { ProgressBar } from '../shell/progress-bar.tsx';
import { isolateText } from '../texts/isolate-text.ts';
import { explain, t } from '../texts/texts.ts';
import { statusText } from '../video/progress.ts';
import { hasFailed } from '../video/status.ts';
import { VISIBILITY_ICONS } from '../video/visibility-icons.ts';
import { ConfirmCancel, isConfirmationNeeded } from './confirm-cancel.tsx';
import { FileButton } from './file-button.tsx';
import type { FileUpload, UploadPhase } from './file-upload.ts';
import { UploadDetailsForm } from './upload-details-form.tsx';
import { groupOf } from './upload-group.ts';
import { uploadProgressText } from './upload-progress-text.ts';
import { cancelUpload, resumeUploads, removeFromTray } from './upload-list.ts';

function resultText(video: VideoSummary | null): string {
  if (video === null) return t.status.uploaded;
  return hasFailed(video.status) ? explain(video.code, null).what : statusText(video);
}

function failureText({ error }: FileUpload): string {
  const { what, next } = explain(error.value?.code ?? null, error.value?.detail ?? null);
  return `${what} ${next}`;
}

const TEXTS: Record<UploadPhase, (upload: FileUpload) => string> = {
  waiting: () => t.uploads.waiting,
  sending: (upload) => (upload.videoId.value === null ? t.uploads.starting : uploadProgressText(upload)),
  finishing: () => t.uploads.finishing,
  sent: (upload) => resultText(upload.video.value),
  paused: () => t.uploads.paused,
  interrupted: () => t.uploads.interrupted,
  canceling: () => t.uploads.canceling,
  failed: failureText,
};

interface ItemProps {
  readonly upload: FileUpload;
  /** Focuses the close button, after the control that was used has disappeared. */
  readonly focusClose: () => void;
}

/** Lets the user choose the file of an interrupted upload again, or the files of several. */
function ChooseAgain({ upload, focusClose }: ItemProps): VNode {
  const isWrongFile = useSignal(false);
  const chooseFiles = (files: readonly File[]): void => {
    const resumed = resumeUploads(files);
    isWrongFile.value = resumed.length === 0;
    if (resumed.includes(upload)) focusClose();
  };
  return (
    <>
      <FileButton class="button button-small" onFiles={chooseFiles}>
        {t.uploads.chooseAgain}
      </FileButton>
      <div role="alert">{isWrongFile.value && <p class="inline-error">{t.uploads.wrongFile(isolateText(upload.fileName))}</p>}</div>
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
  const name = upload.name.value;
  return upload.videoId.value === null ? (
    <span class="tray-name" title={upload.fileName}>
      <bdi>{name}</bdi>
    </span>
  ) : (
    <a class="tray-name" title={upload.fileName} href={`/videos/${upload.videoId.value}`}>
      <bdi>{name}</bdi>
    </a>
  );
}

interface DetailsButtonProps {
  readonly upload: FileUpload;
  readonly button: { current: HTMLButtonElement | null };
  readonly onClick: () => void;
}

/** Shows the visibility; opens the form for title and visibility. */
function DetailsButton({ upload, button, onClick }: DetailsButtonProps): VNode {
  const visibility = upload.visibility.value;
  const Icon = VISIBILITY_ICONS[visibility];
  const name = t.visibility.names[visibility];
  const label = t.uploads.editOf(upload.fileName);
  return (
    <button
      ref={button}
      type="button"
      class="tray-details"
      aria-label={`${name}. ${label}`}
      title={t.uploads.editDetails}
      onClick={onClick}
    >
      <Icon />
      <span>{name}</span>
      <PencilIcon />
    </button>
  );
}

/**
 * Moves the focus from a removed entry to the next one, the one before, or the page. Otherwise it would fall back to the
 * start of the document.
 */
function focusNeighbor(item: HTMLElement): void {
  const neighbor = item.nextElementSibling ?? item.previousElementSibling;
  const target = neighbor?.querySelector<HTMLElement>('.tray-close') ?? document.getElementById('content');
  target?.focus({ preventScroll: true });
}

export function UploadItem({ upload }: { upload: FileUpload }): VNode {
  const confirming = useSignal(false);
  const editing = useSignal(false);
  const edit = useRef<HTMLButtonElement>(null);
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
  const failed = status !== undefined && hasFailed(status);
  const sent = phase === 'sent';
  const isEmpty = phase === 'failed' && upload.sizeBytes === 0;
  const retriable = phase === 'failed' && !isEmpty;
  // A sent or empty file is only removed from the list; anything else is canceled and deleted for good.
  const onlyListed = sent || isEmpty;
  const closeLabel = onlyListed ? t.uploads.removeOf(upload.fileName) : t.uploads.cancelOf(upload.fileName);
  // The entry shows the error if it could not be canceled.
  const cancel = (): void => void cancelUpload(upload).catch(() => undefined);
  const onClose = (): void => {
    if (onlyListed) removeFromTray(upload);
    else if (isConfirmationNeeded(upload)) confirming.value = true;
    else cancel();
  };
  const keep = (): void => {
    confirming.value = false;
    focusClose();
  };
  const closeDetails = (): void => {
    editing.value = false;
    requestAnimationFrame(() => edit.current?.focus());
  };
  const editable = groupOf(upload) !== 'unusable' && phase !== 'canceling';
  return (
    <li ref={item} class={`tray-item tray-${phase} ${failed ? 'tray-unplayable' : ''}`}>
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
      <div class="tray-foot-line">
        <p class="tray-text">
          {TEXTS[phase](upload)}
          {sent && upload.videoId.value !== null && (status === 'ready' || failed) && (
            <>
              {'\u00A0· '}
              <a href={`/videos/${upload.videoId.value}`}>{failed ? t.uploads.seeWhy : t.uploads.watch}</a>
            </>
          )}
        </p>
        {editable && !editing.value && (
          <DetailsButton upload={upload} button={edit} onClick={() => (editing.value = true)} />
        )}
      </div>
      {editable && editing.value && <UploadDetailsForm upload={upload} onClose={closeDetails} />}
      {!editing.value && <InlineError error={upload.changeError.value} />}
      {confirming.value && isConfirmationNeeded(upload) && (
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
