import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ChevronIcon } from '../icons/icons.tsx';
import { format, t } from '../texts/texts.ts';
import { ProgressBar } from '../shell/progress-bar.tsx';
import { UploadItem } from './upload-item.tsx';
import { UploadAnnouncer } from './upload-announcer.tsx';
import {
  activeUploads,
  failedUploads,
  hasUnsentFiles,
  removeSent,
  retryFailed,
  batchFraction,
  trayUploads,
} from './upload-list.ts';

function summarizeUploads(): string {
  const percent = 100 * batchFraction.value;
  if (activeUploads.value.length > 0) return t.uploads.sending(activeUploads.value.length, format.percent(percent));
  if (hasUnsentFiles.value) return t.uploads.pausedAll;
  const stuck = trayUploads.value.filter(
    ({ phase }) => phase.value === 'failed' || phase.value === 'interrupted',
  ).length;
  if (stuck > 0) return t.uploads.attention(stuck);
  return trayUploads.value.every(({ phase }) => phase.value === 'sent') ? t.uploads.allDone : t.uploads.title;
}

/** Tray of uploads, which stays in its corner across pages. */
export function UploadTray(): VNode | null {
  const open = useSignal(true);
  const toggle = useRef<HTMLButtonElement>(null);
  const { path } = useLocation();
  useEffect(() => {
    // Finished uploads must not cover the player's controls.
    if (path.startsWith('/videos/') && activeUploads.peek().length === 0) open.value = false;
  }, [path, open]);
  if (trayUploads.value.length === 0) return null;
  // Moves the focus from a button that disappears.
  const thenFocusHead = (act: () => void) => (): void => {
    act();
    (trayUploads.value.length === 0 ? document.getElementById('content') : toggle.current)?.focus();
  };
  return (
    <section class={`tray ${open.value ? '' : 'tray-small'}`} aria-label={t.uploads.title}>
      <div class="tray-head">
        <h2>{summarizeUploads()}</h2>
        <button
          ref={toggle}
          type="button"
          class="icon-button tray-toggle"
          aria-expanded={open.value}
          aria-label={open.value ? t.uploads.collapse : t.uploads.expand}
          onClick={() => (open.value = !open.value)}
        >
          <ChevronIcon />
        </button>
      </div>
      {!open.value && activeUploads.value.length > 0 && (
        <ProgressBar label={t.uploads.title} percent={100 * batchFraction.value} />
      )}
      {open.value && (
        <ul class="tray-list">
          {trayUploads.value.toReversed().map((upload) => (
            <UploadItem key={upload.key} upload={upload} />
          ))}
        </ul>
      )}
      {open.value && (
        <div class="tray-foot">
          {failedUploads.value.length > 1 && (
            <button type="button" class="link-button" onClick={thenFocusHead(retryFailed)}>
              {t.uploads.retryAll}
            </button>
          )}
          {trayUploads.value.some(({ phase }) => phase.value === 'sent') && (
            <button type="button" class="link-button" onClick={thenFocusHead(removeSent)}>
              {t.uploads.clearCompleted}
            </button>
          )}
        </div>
      )}
      <UploadAnnouncer />
    </section>
  );
}
