import { useSignal, type Signal } from '@preact/signals';
import type { Video, VideoChange } from '../../lambdas/contracts/api/video.ts';
import { asApiError, type ProblemError } from '../api/api-problem.ts';
import { changeVideo } from '../api/videos.ts';
import { wakeFeed } from '../feed/feed.ts';
import type { ShownVideo } from './video-state.ts';

export interface Editing {
  readonly saving: Signal<boolean>;
  readonly error: Signal<ProblemError | null>;
  /** @returns whether it was saved */
  readonly save: (change: VideoChange) => Promise<boolean>;
}

/** Changing what a person may change of a video. */
export function useEditing(video: Video, shown: ShownVideo): Editing {
  const saving = useSignal(false);
  const error = useSignal<ProblemError | null>(null);
  const save = async (change: VideoChange): Promise<boolean> => {
    saving.value = true;
    error.value = null;
    try {
      shown.take(await changeVideo(video.id, change));
      wakeFeed();
      return true;
    } catch (reason) {
      error.value = asApiError(reason);
      return false;
    } finally {
      saving.value = false;
    }
  };
  return { saving, error, save };
}
