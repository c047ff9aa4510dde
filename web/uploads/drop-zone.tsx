import { signal, useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Visibility } from '../../lambdas/contracts/api/video.ts';
import { UploadIcon } from '../icons/icons.tsx';
import { mayUpload } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { VISIBILITY_ICONS } from '../video/visibility-icons.ts';
import { NOTHING_DROPPED, readDropped, type DroppedFiles } from './dropped-files.ts';
import { uploadFiles } from './upload-list.ts';

/** The last drop, for the notice of what was not taken; nothing once the notice is dismissed. */
export const skippedDrop = signal<DroppedFiles>(NOTHING_DROPPED);

/** Choices of the drop zone; the first applies to files dropped outside the cards. */
const CHOICES: readonly [Visibility, ...Visibility[]] = ['private', 'shared', 'public'];

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

/** Returns the visibility of the card under the pointer. */
function findChoice({ target }: DragEvent): Visibility {
  const named = target instanceof Element ? target.closest('[data-visibility]')?.getAttribute('data-visibility') : null;
  return CHOICES.find((choice) => choice === named) ?? CHOICES[0];
}

async function uploadDropped(event: DragEvent): Promise<void> {
  const visibility = findChoice(event);
  const dropped = await readDropped(event.dataTransfer?.items ?? []);
  skippedDrop.value = dropped;
  uploadFiles(dropped.files, visibility);
}

/** Accepts files dropped anywhere in the window; the card they are dropped on sets their visibility. */
export function DropZone(): VNode | null {
  const over = useSignal<Visibility | null>(null);
  const open = mayUpload.value;
  useEffect(() => {
    if (!open) return undefined;
    const controller = new AbortController();
    const listen = (name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void): void =>
      addEventListener(name, (event) => hasFiles(event) && act(event), { signal: controller.signal });
    let entered: EventTarget | null = null;
    listen('dragenter', (event) => {
      entered = event.target;
      over.value = findChoice(event);
    });
    listen('dragover', (event) => {
      event.preventDefault();
      over.value = findChoice(event);
    });
    listen('dragleave', (event) => {
      // An element is entered before the previous one is left, so that the last one entered is left only with the
      // window. `relatedTarget` does not tell: it is always null in WebKit.
      // https://html.spec.whatwg.org/multipage/dnd.html#drag-and-drop-processing-model
      if (event.target === entered) over.value = null;
    });
    listen('drop', (event) => {
      event.preventDefault();
      over.value = null;
      void uploadDropped(event);
    });
    return () => controller.abort();
  }, [open, over]);
  if (over.value === null) return null;
  return (
    <div class="drop-zone" aria-hidden="true">
      <div class="drop-zone-frame">
        <UploadIcon />
        <p class="drop-zone-title">{t.uploads.dropHere}</p>
        <p>{t.uploads.dropHint}</p>
        <div class="drop-choices">
          {CHOICES.map((choice) => {
            const Icon = VISIBILITY_ICONS[choice];
            const chosen = over.value === choice ? 'drop-chosen' : '';
            return (
              <div key={choice} class={`drop-choice ${chosen}`} data-visibility={choice}>
                <Icon />
                <p class="drop-choice-name">{t.visibility.names[choice]}</p>
                <p>{t.visibility.explained[choice]}</p>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
