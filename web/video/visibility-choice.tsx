import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Video, Visibility } from '../../lambdas/contracts/api/video.ts';
import { announce } from '../shell/announcements.ts';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { useVideoEditor } from './use-video-editor.ts';
import type { VideoState } from './video-state.ts';
import { VISIBILITY_ICONS } from './visibility-icons.ts';

const CHOICES: readonly Visibility[] = ['private', 'shared', 'public'];

/** Form for the visibility. It saves by its button only, since arrow keys pass through options on the way. */
export function VisibilityChoice({ video, state }: { video: Video; state: VideoState }): VNode {
  const editor = useVideoEditor(video, state);
  const chosen = useSignal(video.visibility);
  const saving = editor.saving.value;
  // The visibility was changed here or elsewhere.
  useEffect(() => void (chosen.value = video.visibility), [video.visibility]);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const visibility = chosen.value;
    if (saving || visibility === video.visibility) return;
    if (await editor.save({ visibility })) announce(t.visibility.changed(t.visibility.names[visibility]));
  };
  return (
    <form class="panel visibility" aria-busy={saving} onSubmit={(event) => void save(event)}>
      <fieldset>
        <legend>{t.visibility.title}</legend>
        {CHOICES.map((visibility) => {
          const Icon = VISIBILITY_ICONS[visibility];
          return (
            <label key={visibility} class="choice">
              <input
                type="radio"
                name="visibility"
                value={visibility}
                checked={chosen.value === visibility}
                onChange={() => (chosen.value = visibility)}
              />
              <Icon />
              <span>
                <span class="choice-name">{t.visibility.names[visibility]}</span>
                <span class="choice-text">{t.visibility.explained[visibility]}</span>
              </span>
            </label>
          );
        })}
      </fieldset>
      <div class="actions">
        <button type="submit" class="button" aria-disabled={saving || chosen.value === video.visibility}>
          {t.save}
        </button>
      </div>
      <InlineError error={editor.error.value} />
    </form>
  );
}
