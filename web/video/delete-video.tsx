import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { deleteVideo } from '../api/operations.ts';
import { pollSoon } from '../feed/feed.ts';
import { TrashIcon } from '../icons/icons.tsx';
import { lastListUrl } from '../library/library-list.ts';
import { announce } from '../shell/announcements.ts';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { cancelUpload, findListedUpload } from '../uploads/upload-list.ts';

export function DeleteVideo({ video }: { video: Video }): VNode {
  const { route } = useLocation();
  const dialog = useRef<HTMLDialogElement>(null);
  const deleting = useSignal(false);
  const error = useSignal<ApiProblemError | null>(null);
  const remove = async (): Promise<void> => {
    deleting.value = true;
    error.value = null;
    try {
      const upload = findListedUpload(video.id);
      // Canceling also stops the upload, which would otherwise continue for a deleted video.
      await (upload === undefined ? deleteVideo(video.id) : cancelUpload(upload));
      announce(t.remove.deleted(video.title));
      pollSoon();
      route(lastListUrl.value);
    } catch (reason) {
      error.value = toApiProblem(reason);
      deleting.value = false;
    }
  };
  return (
    <>
      <button type="button" class="button button-danger button-wide" onClick={() => dialog.current?.showModal()}>
        <TrashIcon />
        {t.remove.open}
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="delete-title" aria-describedby="delete-text">
        <h2 id="delete-title">{t.remove.title(video.title)}</h2>
        <p id="delete-text">{t.remove.text}</p>
        <InlineError error={error.value} />
        <div class="actions actions-end">
          <button type="button" class="button" autofocus onClick={() => dialog.current?.close()}>
            {t.cancel}
          </button>
          <button
            type="button"
            class="button button-danger-full"
            disabled={deleting.value}
            onClick={() => void remove()}
          >
            {deleting.value ? t.remove.deleting : t.remove.confirm}
          </button>
        </div>
      </dialog>
    </>
  );
}
