import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { InlineError } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import type { VideoEditor } from './use-video-editor.ts';

interface EditInPlaceProps {
  readonly label: string;
  readonly text: string;
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
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const submit = (event?: Event): void => {
    event?.preventDefault();
    const value = field.current?.value.trim() ?? '';
    if (required && value === '') field.current?.focus();
    else onSave(value);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter while an input method composes a character must not submit the form.
    if (event.isComposing) return;
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' && (lines === 1 || event.ctrlKey || event.metaKey)) submit(event);
  };
  return (
    <form class="edit-in-place" onSubmit={submit}>
      <label>
        <span class="visually-hidden">{label}</span>
        <textarea
          ref={field}
          class={`input ${lines === 1 ? 'input-title' : ''}`}
          rows={lines}
          maxLength={maxLength}
          required={required}
          defaultValue={text}
          onKeyDown={onKeyDown}
        />
      </label>
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
