import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { HELP_KEY, SHORTCUTS, type Shortcut } from '../player/shortcuts.ts';
import { t } from '../texts/texts.ts';
import { isShortcutKey, setSingleKeyShortcuts, singleKeyShortcuts } from './shortcut-keys.ts';

/** Id by which the player's menu opens the dialog. */
export const SHORTCUTS_ID = 'shortcuts';

/** Opens the dialog. */
export function openShortcuts(): void {
  const dialog = document.getElementById(SHORTCUTS_ID);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ' ': t.shortcuts.space,
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};

function nameKey(key: string): string {
  return KEY_NAMES[key] ?? (key.length === 1 ? key.toLocaleUpperCase() : key);
}

function Row({ keys, text }: { keys: readonly string[]; text: string }): VNode {
  // A run of digits is written as a range.
  const shown = keys.length > 2 ? [`${nameKey(keys[0] ?? '')} – ${nameKey(keys.at(-1) ?? '')}`] : keys.map(nameKey);
  return (
    <tr>
      <td>
        {shown.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </td>
      <td>{text}</td>
    </tr>
  );
}

interface GroupProps {
  readonly title: string;
  readonly rows: readonly { readonly keys: readonly string[]; readonly text: string }[];
}

function Group({ title, rows }: GroupProps): VNode {
  return (
    <table class="shortcuts-table">
      <caption>{title}</caption>
      <tbody>
        {rows.map(({ keys, text }) => (
          <Row key={text} keys={keys} text={text} />
        ))}
      </tbody>
    </table>
  );
}

function rowsOf(scope: Shortcut['scope']): GroupProps['rows'] {
  return SHORTCUTS.filter((shortcut) => shortcut.scope === scope).map(({ name, keys }) => ({
    keys,
    text: t.shortcuts.names[name],
  }));
}

/** Table of the keyboard shortcuts, with the switch for those of a single key. */
export function ShortcutsDialog(): VNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== HELP_KEY || !isShortcutKey(event)) return;
      event.preventDefault();
      openShortcuts();
    };
    // Sent by the player's menu, which first closes and puts the focus where the dialog returns it to.
    dialog.current?.addEventListener('invoke', () => queueMicrotask(openShortcuts));
    addEventListener('keydown', onKeyDown, { capture: true });
    return () => removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
  const close = (): void => dialog.current?.close();
  const closeByKey = (event: KeyboardEvent): void => {
    if (event.key === HELP_KEY) close();
  };
  const closeByBackdrop = (event: MouseEvent): void => {
    if (event.target === dialog.current) close();
  };
  return (
    <dialog
      ref={dialog}
      id={SHORTCUTS_ID}
      class="dialog shortcuts"
      aria-labelledby="shortcuts-title"
      onKeyDown={closeByKey}
      onClick={closeByBackdrop}
    >
      <div class="shortcuts-body">
        {/* Takes the focus: on a small screen, that of a button would scroll the table away. */}
        <h2 id="shortcuts-title" tabIndex={-1} autofocus>{t.shortcuts.title}</h2>
        <label class="shortcuts-switch">
          <input
            type="checkbox"
            checked={singleKeyShortcuts.value}
            onChange={(event) => setSingleKeyShortcuts(event.currentTarget.checked)}
          />
          <span>
            <span class="choice-name">{t.shortcuts.singleKeys}</span>
            <span class="choice-text">{t.shortcuts.singleKeysText}</span>
          </span>
        </label>
        <div class="shortcuts-groups">
          <Group title={t.shortcuts.onPage} rows={rowsOf('page')} />
          <div>
            <Group title={t.shortcuts.inPlayer} rows={rowsOf('player')} />
            <Group title={t.shortcuts.inLibrary} rows={[{ keys: ['/'], text: t.shortcuts.search }]} />
            <Group title={t.shortcuts.everywhere} rows={[{ keys: [HELP_KEY], text: t.shortcuts.title }]} />
          </div>
        </div>
        <p class="hint">{t.shortcuts.controlsFirst}</p>
        <div class="actions actions-end">
          <button type="button" class="button" onClick={close}>
            {t.close}
          </button>
        </div>
      </div>
    </dialog>
  );
}
