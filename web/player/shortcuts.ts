import type { MediaController } from 'media-chrome/dist/media-controller.js';
import type { MediaKeyboardShortcutsDialog } from 'media-chrome/dist/media-keyboard-shortcuts-dialog.js';
import { isTyping } from '../shell/is-typing.ts';

const LETTERS = ['k', 'j', 'l', 'm', 'f', 'c', 'p'];
const SIGNS = ['<', '>', '?', ' '];
/** Those that go on for as long as they are held. */
const REPEATED = ['j', 'l'];

/**
 * The shortcut that a key stands for, whatever it writes: K stands for itself with Caps Lock and in Hangul, whose
 * layouts have ㅏ in its place. Latin layouts put the letters where they like, so that what they write counts first.
 */
export function shortcutOf({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string | null {
  if (SIGNS.includes(key)) return key;
  const letter = /^\P{ASCII}$/u.test(key) ? code.replace('Key', '') : key;
  return LETTERS.find((one) => one === letter.toLowerCase()) ?? null;
}

const ON_THE_PAGE_ITSELF = 'body, main';

/**
 * Lets the player's letters work wherever the focus is on its page. The space bar belongs to whatever has the focus,
 * and arrows move the page; only where nothing has it does the former play.
 *
 * @returns what ends the listening
 */
export function listenToShortcuts(controller: MediaController, table: MediaKeyboardShortcutsDialog): (() => void) {
  const press = (key: string): void => {
    for (const type of ['keydown', 'keyup']) controller.dispatchEvent(new KeyboardEvent(type, { key }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    if (event.key === 'Escape' && table.open) {
      // Also where the menu that opened it still has the focus, and would close in its place.
      event.stopImmediatePropagation();
      table.open = false;
      return;
    }
    const key = shortcutOf(event);
    if (!event.isTrusted || key === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(target instanceof Element) || isTyping(target) || target.closest('dialog') !== null) return;
    if (key === ' ' && !target.matches(ON_THE_PAGE_ITSELF)) return;
    event.preventDefault();
    // The player would listen too, to those keys that it knows.
    event.stopImmediatePropagation();
    if (event.repeat && !REPEATED.includes(key)) return;
    if (key === '?') table.open = !table.open;
    else press(key);
  };
  addEventListener('keydown', onKeyDown, { capture: true });
  return () => removeEventListener('keydown', onKeyDown, { capture: true });
}
