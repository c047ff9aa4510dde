import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { ChevronIcon } from '../icons/icons.tsx';
import { t } from '../texts/texts.ts';
import { ProgressBar } from '../shell/progress-bar.tsx';
import type { FileUpload } from './file-upload.ts';
import { orderUploads } from './upload-order.ts';
import { UploadItem } from './upload-item.tsx';
import { UploadAnnouncer } from './upload-announcer.tsx';
import {
  activeUploads,
  failedUploads,
  hasUnkeptUploads,
  removeSent,
  retryFailed,
  batchFraction,
  trayUploads,
} from './upload-list.ts';
import { summarizeUploads } from './upload-summary.ts';

/** Returns whether the focus on the element is visible, so that a user of the keyboard is about to act on it. */
function isKeyboardFocus({ target }: FocusEvent): boolean {
  return target instanceof Element && target.matches(':focus-visible');
}

/** List of uploads. Their order is held while the pointer or the keyboard is in the list. */
function UploadItems(): VNode {
  const pointed = useSignal(false);
  const focused = useSignal(false);
  const shown = useRef<readonly FileUpload[]>([]);
  shown.current = orderUploads(trayUploads.value, shown.current, pointed.value || focused.value);
  return (
    <ul
      class="tray-list"
      onPointerEnter={() => (pointed.value = true)}
      onPointerLeave={() => (pointed.value = false)}
      onFocusIn={(event) => (focused.value = isKeyboardFocus(event))}
      onFocusOut={() => (focused.value = false)}
    >
      {shown.current.map((upload) => (
        <UploadItem key={upload.key} upload={upload} />
      ))}
    </ul>
  );
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
        <h2>{summarizeUploads(trayUploads.value, batchFraction.value)}</h2>
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
        <>
          {hasUnkeptUploads.value && <p class="notice tray-notice">{t.uploads.notKept}</p>}
          <UploadItems />
        </>
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
