import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { UploadIcon } from '../icons/icons.tsx';
import { mayUpload } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { uploadFiles } from './uploads.ts';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** A folder is handed over like a file, and cannot be read. */
const droppedFiles = (event: DragEvent): File[] =>
  [...(event.dataTransfer?.items ?? [])].flatMap((item) => {
    const file = item.webkitGetAsEntry()?.isDirectory === true ? null : item.getAsFile();
    return file === null ? [] : [file];
  });

/** Files may be dropped anywhere in the window. */
export const DropZone = (): VNode | null => {
  const over = useSignal(false);
  const open = mayUpload.value;
  useEffect(() => {
    if (!open) return undefined;
    const controller = new AbortController();
    const listen = (name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void): void =>
      addEventListener(name, (event) => carriesFiles(event) && act(event), { signal: controller.signal });
    listen('dragenter', () => (over.value = true));
    listen('dragover', (event) => event.preventDefault());
    listen('dragleave', (event) => {
      // Null when the pointer leaves the window, and not just one element for another.
      if (event.relatedTarget === null) over.value = false;
    });
    listen('drop', (event) => {
      event.preventDefault();
      over.value = false;
      uploadFiles(droppedFiles(event));
    });
    return () => controller.abort();
  }, [open, over]);
  if (!over.value) return null;
  return (
    <div class="drop-zone" aria-hidden="true">
      <div class="drop-zone-frame">
        <UploadIcon />
        <p class="drop-zone-title">{t.uploads.dropHere}</p>
        <p>{t.uploads.dropHint}</p>
      </div>
    </div>
  );
};
