import { useSignal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { deleteVideo } from '../api/operations.ts';
import { reportOwnChange } from '../feed/feed.ts';
import { TrashIcon } from '../icons/icons.tsx';
import { lastListUrl } from '../library/library-list.ts';
import { InlineError } from '../shell/error-panel.tsx';
import { showMessage } from '../shell/messages.ts';
import { isolateText } from '../texts/isolate-text.ts';
import { explain, t } from '../texts/texts.ts';
import { cancelUpload, findListedUpload } from '../uploads/upload-list.ts';

export function DeleteVideo({ video }: { video: Video }): VNode {
  const { route } = useLocation();
  const title = isolateText(video.title);
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
      showMessage(t.remove.deleted(title));
      route(lastListUrl.value);
      reportOwnChange({ videoId: video.id, video: null });
    } catch (reason) {
      const problem = toApiProblem(reason);
      error.value = problem;
      deleting.value = false;
      // The dialog may have been closed, and its page left, while the request was in progress.
      if (dialog.current?.open !== true) {
        showMessage(`${t.remove.failed(title)} ${explain(problem.code, problem.detail).what}`, 'failed');
      }
    }
  };
  const open = (): void => {
    error.value = null;
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" class="button button-danger" onClick={open}>
        <TrashIcon />
        {t.remove.open}
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="delete-title" aria-describedby="delete-text">
        <h2 id="delete-title">{t.remove.title(title)}</h2>
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
