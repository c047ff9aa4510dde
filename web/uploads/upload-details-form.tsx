import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { MAX_TITLE_LENGTH } from '../../lambdas/contracts/api/text-rules.ts';
import type { Visibility } from '../../lambdas/contracts/api/video.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { announce } from '../shell/announcements.ts';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { textFault } from '../video/text-fault.ts';
import type { FileUpload } from './file-upload.ts';
import type { DetailsChange } from './saved-uploads.ts';

const CHOICES: readonly Visibility[] = ['private', 'shared', 'public'];

interface UploadDetailsFormProps {
  readonly upload: FileUpload;
  readonly onClose: () => void;
}

/** Form for the title and visibility of an upload, before, while and after it is sent. Escape cancels. */
export function UploadDetailsForm({ upload, onClose }: UploadDetailsFormProps): VNode {
  const title = useRef<HTMLInputElement>(null);
  const visibility = useRef<HTMLSelectElement>(null);
  const problem = useSignal('');
  const error = useSignal<ApiProblemError | null>(upload.changeError.value);
  const saving = useSignal(false);
  const problemId = useId();
  useEffect(() => title.current?.select(), []);

  const readChange = (): DetailsChange => {
    const [newTitle, chosen] = [title.current?.value.trim() ?? '', visibility.current?.value];
    const newVisibility = CHOICES.find((one) => one === chosen) ?? upload.visibility.value;
    return {
      ...(newTitle !== upload.title.value && { title: newTitle }),
      ...(newVisibility !== upload.visibility.value && { visibility: newVisibility }),
    };
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (saving.value) return;
    problem.value = textFault(title.current?.value ?? '', { maxLength: MAX_TITLE_LENGTH, required: true, shape: 'line' }, t.video);
    if (problem.value !== '') {
      title.current?.focus();
      return;
    }
    const change = readChange();
    saving.value = true;
    try {
      if (Object.keys(change).length > 0 || error.value !== null) await upload.edit(change);
      announce(t.video.saved);
      onClose();
    } catch (reason) {
      error.value = toApiProblem(reason);
    } finally {
      saving.value = false;
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) onClose();
  };
  return (
    <form class="tray-form" noValidate aria-busy={saving.value} onSubmit={(event) => void save(event)} onKeyDown={onKeyDown}>
      <label>
        <span class="label">{t.video.titleLabel}</span>
        <input
          ref={title}
          dir="auto"
          class="input"
          defaultValue={upload.title.value}
          aria-invalid={problem.value !== ''}
          aria-describedby={problemId}
        />
      </label>
      <div id={problemId} role="alert">
        {problem.value !== '' && <p class="inline-error">{problem.value}</p>}
      </div>
      <label>
        <span class="label">{t.visibility.title}</span>
        <select ref={visibility} class="input">
          {CHOICES.map((choice) => (
            <option key={choice} value={choice} selected={choice === upload.visibility.value}>
              {t.visibility.names[choice]} – {t.visibility.explained[choice]}
            </option>
          ))}
        </select>
      </label>
      <div class="actions">
        <button type="submit" class="button button-small button-primary" aria-disabled={saving.value}>
          {saving.value ? t.saving : t.save}
        </button>
        <button type="button" class="button button-small" onClick={onClose}>
          {t.cancel}
        </button>
      </div>
      <InlineError error={error.value} />
    </form>
  );
}
