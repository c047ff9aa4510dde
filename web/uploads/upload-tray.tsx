import { useComputed, useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { ChevronIcon } from '../icons/icons.tsx';
import { format, t } from '../texts/texts.ts';
import { Bar } from '../shell/bar.tsx';
import { UploadItem } from './upload-item.tsx';
import { UploadNews } from './upload-news.tsx';
import { activeUploads, removeFinished, uploads } from './uploads.ts';

const percentOfAll = (): number => {
  const active = activeUploads.value;
  const total = active.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const sent = active.reduce((sum, { sentBytes }) => sum + sentBytes.value, 0);
  return total === 0 ? 100 : (100 * sent) / total;
};

const summary = (percent: number): string => {
  if (activeUploads.value.length > 0) return t.uploads.sending(activeUploads.value.length, format.percent(percent));
  const stuck = uploads.value.filter(({ phase }) => phase.value === 'failed' || phase.value === 'interrupted').length;
  return stuck > 0 ? t.uploads.attention(stuck) : t.uploads.allSent;
};

/** Stays in its corner while the person moves through the pages. */
export const UploadTray = (): VNode | null => {
  const open = useSignal(true);
  const percent = useComputed(percentOfAll);
  const { path } = useLocation();
  useEffect(() => {
    // Whoever goes to watch is not to have the player's controls covered by what is over.
    if (path.startsWith('/videos/') && activeUploads.peek().length === 0) open.value = false;
  }, [path, open]);
  if (uploads.value.length === 0) return null;
  return (
    <section class={`tray ${open.value ? '' : 'tray-small'}`} aria-label={t.uploads.title}>
      <div class="tray-head">
        <h2>{summary(percent.value)}</h2>
        <button
          type="button"
          class="icon-button tray-toggle"
          aria-expanded={open.value}
          aria-label={open.value ? t.uploads.minimize : t.uploads.expand}
          onClick={() => (open.value = !open.value)}
        >
          <ChevronIcon />
        </button>
      </div>
      {!open.value && activeUploads.value.length > 0 && <Bar label={t.uploads.title} percent={percent.value} />}
      {open.value && (
        <ul class="tray-list">
          {uploads.value.toReversed().map((upload) => (
            <UploadItem key={upload.key} upload={upload} />
          ))}
        </ul>
      )}
      {open.value && uploads.value.some(({ phase }) => phase.value === 'sent') && (
        <button type="button" class="link-button tray-clear" onClick={removeFinished}>
          {t.uploads.clear}
        </button>
      )}
      {uploads.value.map((upload) => (
        <UploadNews key={upload.key} upload={upload} />
      ))}
    </section>
  );
};
