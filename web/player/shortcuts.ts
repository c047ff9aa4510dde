import type { MediaController } from 'media-chrome/dist/media-controller.js';
import type { MediaKeyboardShortcutsDialog } from 'media-chrome/dist/media-keyboard-shortcuts-dialog.js';
import { isTyping } from '../shell/is-typing.ts';

const LETTERS = ['k', 'j', 'l', 'm', 'f', 'c', 'p'];
const SYMBOLS = ['<', '>', '?', ' '];
/** Keys that repeat while held. */
const REPEATING = ['j', 'l'];

/**
 * Returns the shortcut of a key press: by the typed letter in Latin layouts, wherever its key is, and by the position of
 * the key in others, so that K also works in Hangul, where it types ㅏ. Case is ignored.
 */
export function findShortcut({ key, code }: Pick<KeyboardEvent, 'key' | 'code'>): string | null {
  if (SYMBOLS.includes(key)) return key;
  const letter = /^\P{ASCII}$/u.test(key) ? code.replace('Key', '') : key;
  return LETTERS.find((one) => one === letter.toLowerCase()) ?? null;
}

const PAGE_SELECTOR = 'body, main';

/**
 * Makes the player's shortcuts work wherever the focus is on the page. The space bar plays only while no control has the
 * focus, and arrow keys keep scrolling the page.
 *
 * @returns a function that stops listening
 */
export function listenToShortcuts(controller: MediaController, dialog: MediaKeyboardShortcutsDialog): (() => void) {
  const press = (key: string): void => {
    for (const type of ['keydown', 'keyup']) controller.dispatchEvent(new KeyboardEvent(type, { key }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target } = event;
    if (event.key === 'Escape' && dialog.open) {
      // Also while the focus is on the menu that opened the dialog; otherwise the menu would close instead.
      event.stopImmediatePropagation();
      dialog.open = false;
      return;
    }
    const key = findShortcut(event);
    if (!event.isTrusted || key === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(target instanceof Element) || isTyping(target) || target.closest('dialog') !== null) return;
    if (key === ' ' && !target.matches(PAGE_SELECTOR)) return;
    event.preventDefault();
    // The player would handle the keys that it knows as well.
    event.stopImmediatePropagation();
    if (event.repeat && !REPEATING.includes(key)) return;
    if (key === '?') dialog.open = !dialog.open;
    else press(key);
  };
  addEventListener('keydown', onKeyDown, { capture: true });
  return () => removeEventListener('keydown', onKeyDown, { capture: true });
}
