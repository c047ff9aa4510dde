import { signal } from '@preact/signals';
import { isTyping } from './is-typing.ts';
import { readStored, removeStored, writeStored } from './local-storage.ts';

const KEY = 'sluice.single-key-shortcuts';

/**
 * Whether a single letter, digit or sign is a shortcut. Users of speech input must be able to turn these off.
 * https://www.w3.org/TR/WCAG22/#character-key-shortcuts
 */
export const singleKeyShortcuts = signal(readStored(KEY) !== 'off');

/** Turns single-key shortcuts on or off, also for later visits if the browser stores the choice. */
export function setSingleKeyShortcuts(on: boolean): void {
  singleKeyShortcuts.value = on;
  if (on) removeStored(KEY);
  else writeStored(KEY, 'off');
}

/**
 * Returns whether a key press may be a shortcut: not while typing, in a dialog, with a modifier, or if turned off.
 * A dialog that has just closed can hold the focus until the next frame.
 */
export function isShortcutKey(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (!(target instanceof Element) || isTyping(target) || target.closest('dialog[open]') !== null) return false;
  return singleKeyShortcuts.value || key.length !== 1 || key === ' ';
}
