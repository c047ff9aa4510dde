import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { publishVideo, withdrawVideo } from '../api/operations.ts';
import { reportOwnChange } from '../feed/feed.ts';
import { AlertIcon } from '../icons/icons.tsx';
import { announce } from '../shell/announcements.ts';
import { InlineError } from '../shell/error-panel.tsx';
import { isolateText } from '../texts/isolate-text.ts';
import { format, t } from '../texts/texts.ts';
import type { VideoState } from './video-state.ts';

/** Says that a video is withdrawn, in the place of its player. */
export function WithdrawalNotice({ video: { withdrawnAt } }: { video: Video }): VNode | null {
  if (withdrawnAt === null) return null;
  return (
    <section class="notice withdrawn" aria-labelledby="withdrawn-title">
      <AlertIcon />
      <div>
        <h2 id="withdrawn-title">{t.withdrawal.title}</h2>
        <p>{t.withdrawal.text}</p>
        <p>
          <time dateTime={withdrawnAt}>{t.withdrawal.since(format.dateTime(withdrawnAt))}</time>
        </p>
      </div>
    </section>
  );
}

/**
 * Withdraws a video, or publishes it again, after a confirmation. It is one button for both, so that it keeps the focus when
 * the dialog closes.
 */
export function WithdrawalControl({ video, state }: { video: Video; state: VideoState }): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const running = useSignal(false);
  const error = useSignal<ApiProblemError | null>(null);
  const isWithdrawn = video.withdrawnAt !== null;
  const texts = isWithdrawn ? t.withdrawal.publish : t.withdrawal.withdraw;
  const open = (): void => {
    error.value = null;
    dialog.current?.showModal();
  };
  const change = async (): Promise<void> => {
    running.value = true;
    error.value = null;
    try {
      const changed = await (isWithdrawn ? publishVideo(video.id) : withdrawVideo(video.id));
      dialog.current?.close();
      state.update(changed);
      reportOwnChange({ videoId: video.id, video: changed });
      announce(texts.done);
      await state.reload();
    } catch (reason) {
      error.value = toApiProblem(reason);
    } finally {
      running.value = false;
    }
  };
  return (
    <section class="panel availability" aria-labelledby="availability-title">
      <h2 id="availability-title">{t.withdrawal.availability}</h2>
      <p>{isWithdrawn ? t.withdrawal.withdrawn : t.withdrawal.published}</p>
      <div class="actions">
        <button type="button" class="button" onClick={open}>
          {texts.open}
        </button>
      </div>
      <dialog ref={dialog} class="dialog" aria-labelledby="withdrawal-title" aria-describedby="withdrawal-text">
        <h2 id="withdrawal-title">{texts.title(isolateText(video.title))}</h2>
        <p id="withdrawal-text">{texts.text}</p>
        <InlineError error={error.value} />
        <div class="actions actions-end">
          <button type="button" class="button" autofocus onClick={() => dialog.current?.close()}>
            {t.cancel}
          </button>
          <button type="button" class="button button-primary" disabled={running.value} onClick={() => void change()}>
            {running.value ? texts.running : texts.confirm}
          </button>
        </div>
      </dialog>
    </section>
  );
}
