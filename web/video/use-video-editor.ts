import { useSignal, type Signal } from '@preact/signals';
import type { Video, VideoChange } from '../../lambdas/contracts/api/video.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { changeVideo } from '../api/operations.ts';
import { reportOwnChange } from '../feed/feed.ts';
import type { VideoState } from './video-state.ts';

export interface VideoEditor {
  readonly saving: Signal<boolean>;
  readonly error: Signal<ApiProblemError | null>;
  /** Saves a change and returns whether it succeeded. */
  readonly save: (change: VideoChange) => Promise<boolean>;
}

/** Hook that saves changes to a video. */
export function useVideoEditor(video: Video, state: VideoState): VideoEditor {
  const saving = useSignal(false);
  const error = useSignal<ApiProblemError | null>(null);
  const save = async (change: VideoChange): Promise<boolean> => {
    saving.value = true;
    error.value = null;
    try {
      const changed = await changeVideo(video.id, change);
      state.update(changed);
      reportOwnChange({ videoId: video.id, video: changed });
      return true;
    } catch (reason) {
      error.value = toApiProblem(reason);
      return false;
    } finally {
      saving.value = false;
    }
  };
  return { saving, error, save };
}
