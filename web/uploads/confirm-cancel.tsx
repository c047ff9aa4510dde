import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { format, t } from '../texts/texts.ts';
import type { FileUpload } from './file-upload.ts';

/** Size that takes minutes to upload again on an ordinary connection. */
const CONFIRM_ABOVE_BYTES = 50_000_000;

export function isConfirmationNeeded({ phase, sentBytes }: FileUpload): boolean {
  return phase.value !== 'sent' && phase.value !== 'canceling' && sentBytes.value > CONFIRM_ABOVE_BYTES;
}

interface ConfirmCancelProps {
  readonly upload: FileUpload;
  readonly onCancel: () => void;
  readonly onKeep: () => void;
}

/** Asks for confirmation before a large partial upload is discarded. */
export function ConfirmCancel({ upload, onCancel, onKeep }: ConfirmCancelProps): VNode {
  const keepButton = useRef<HTMLButtonElement>(null);
  useEffect(() => keepButton.current?.focus(), []);
  return (
    <div class="tray-confirm" role="group" aria-label={t.uploads.cancelOf(upload.fileName)}>
      <p>{t.uploads.confirmCancel(format.bytes(upload.sentBytes.value))}</p>
      <div class="actions">
        <button ref={keepButton} type="button" class="button button-small" onClick={onKeep}>
          {t.uploads.keep}
        </button>
        <button type="button" class="button button-small button-danger-full" onClick={onCancel}>
          {t.uploads.discard}
        </button>
      </div>
    </div>
  );
}
