import type { VNode } from 'preact';
import type { Video, Visibility } from '../../lambdas/contracts/api/video.ts';
import { announce } from '../shell/announcer.tsx';
import { ShortTrouble } from '../shell/trouble.tsx';
import { t } from '../texts/texts.ts';
import { useEditing } from './editing.ts';
import type { ShownVideo } from './shown-video.ts';
import { VISIBILITY_ICONS } from './visibility-icons.ts';

const CHOICES: readonly Visibility[] = ['private', 'shared', 'public'];

export const VisibilityChoice = ({ video, shown }: { video: Video; shown: ShownVideo }): VNode => {
  const editing = useEditing(video, shown);
  const choose = async (visibility: Visibility): Promise<void> => {
    if (await editing.save({ visibility })) announce(t.visibility.changed(t.visibility.names[visibility]));
  };
  return (
    <fieldset class="panel visibility" disabled={editing.saving.value}>
      <legend>{t.visibility.title}</legend>
      {CHOICES.map((visibility) => {
        const Icon = VISIBILITY_ICONS[visibility];
        return (
          <label key={visibility} class="choice">
            <input
              type="radio"
              name="visibility"
              value={visibility}
              checked={video.visibility === visibility}
              onChange={() => void choose(visibility)}
            />
            <Icon />
            <span>
              <span class="choice-name">{t.visibility.names[visibility]}</span>
              <span class="choice-text">{t.visibility.explained[visibility]}</span>
            </span>
          </label>
        );
      })}
      <ShortTrouble error={editing.error.value} />
    </fieldset>
  );
};
