import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { textFault } from './text-fault.ts';
import type { VideoEditor } from './use-video-editor.ts';

interface EditInPlaceProps {
  readonly label: string;
  readonly text: string;
  /** In Unicode code points. */
  readonly maxLength: number;
  readonly required?: boolean;
  readonly lines?: number;
  readonly editor: VideoEditor;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

/** Field that replaces the text it edits. Enter saves (with Ctrl or ⌘ if there are several lines), Escape cancels. */
export function EditInPlace(props: EditInPlaceProps): VNode {
  const { label, text, maxLength, required = false, lines = 1, editor, onSave, onCancel } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const problem = useSignal('');
  const problemId = useId();
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const shape = lines === 1 ? 'line' : 'lines';
  const findFault = (): string => textFault(field.current?.value ?? '', { maxLength, required, shape }, t.video);
  const submit = (event?: Event): void => {
    event?.preventDefault();
    if (editor.saving.value) return;
    problem.value = findFault();
    if (problem.value === '') onSave(field.current?.value.trim() ?? '');
    else field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter while an input method composes a character must not submit the form.
    if (event.isComposing) return;
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' && (lines === 1 || event.ctrlKey || event.metaKey)) submit(event);
  };
  return (
    <form class="edit-in-place" noValidate onSubmit={submit}>
      <label>
        <span class="visually-hidden">{label}</span>
        <textarea
          ref={field}
          dir="auto"
          class={`input ${lines === 1 ? 'input-title' : ''}`}
          rows={lines}
          aria-invalid={problem.value !== ''}
          aria-describedby={problemId}
          defaultValue={text}
          onInput={() => problem.value !== '' && (problem.value = findFault())}
          onKeyDown={onKeyDown}
        />
      </label>
      <div id={problemId} role="alert">
        {problem.value !== '' && <p class="inline-error">{problem.value}</p>}
      </div>
      <div class="actions">
        <button type="submit" class="button button-primary" disabled={editor.saving.value}>
          {t.save}
        </button>
        <button type="button" class="button" onClick={onCancel}>
          {t.cancel}
        </button>
      </div>
      <InlineError error={editor.error.value} />
    </form>
  );
}
