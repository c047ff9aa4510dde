import type { MediaController } from 'media-chrome/dist/media-controller.js';
import { isShortcutKey } from '../shell/shortcut-keys.ts';
import { findShortcut, toShortcutKey, type PlayerControls, type Shortcut } from './shortcuts.ts';

const PAGE_SELECTOR = 'body, main';

/** An element of media-chrome that reacts to keys itself, such as a slider to arrow keys. */
interface KeyUser {
  readonly keysUsed?: readonly string[] | string | null;
}

/** Returns whether an element between the target and the player, or a native slider in it, uses the key itself. */
function isUsedByControl(event: KeyboardEvent, controller: MediaController): boolean {
  const path = event.composedPath();
  if (path[0] instanceof HTMLInputElement) return true;
  return path.slice(0, path.indexOf(controller)).some((target) => {
    const { keysUsed } = target as EventTarget & KeyUser;
    return keysUsed?.includes(event.key) === true;
  });
}

/**
 * Returns whether a key belongs to the player. Characters do, wherever the focus is. Other keys, and the space bar, are
 * also used by controls and for scrolling: in the player they belong to the control that has the focus, outside of it to
 * the player only while no control has the focus.
 */
function belongsToPlayer(event: KeyboardEvent, controller: MediaController, { scope }: Shortcut): boolean {
  if (event.key.length === 1 && event.key !== ' ') return true;
  if (event.composedPath().includes(controller)) return !isUsedByControl(event, controller);
  return scope === 'page' && event.target instanceof Element && event.target.matches(PAGE_SELECTOR);
}

/**
 * Makes the player's shortcuts work. The player's own handling of keys must be off (`nohotkeys`).
 *
 * @param frameRate of the video, in frames per second; null if unknown
 * @returns a function that stops listening
 */
export function listenToShortcuts(controller: MediaController, frameRate: () => number | null): (() => void) {
  const createControls = (): PlayerControls => ({
    frameRate: frameRate(),
    state: () => {
      const state = controller.mediaStore.getState();
      // The store learns of a seek later, so that repeated keys would start from the old position.
      return { ...state, mediaCurrentTime: controller.media?.currentTime ?? state.mediaCurrentTime };
    },
    request: (type, detail) =>
      controller.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail })),
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const shortcut = isShortcutKey(event) ? findShortcut(event) : undefined;
    if (shortcut === undefined || !belongsToPlayer(event, controller, shortcut)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat && shortcut.repeats !== true) return;
    shortcut.run(createControls(), toShortcutKey(event));
  };
  addEventListener('keydown', onKeyDown, { capture: true });
  return () => removeEventListener('keydown', onKeyDown, { capture: true });
}
