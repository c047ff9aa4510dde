import { MediaKeyboardShortcutsDialog } from 'media-chrome/dist/media-keyboard-shortcuts-dialog.js';
import { t } from '../texts/texts.ts';

/** Keys of the player and what they do. */
const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [[t.player.spaceKey, 'K'], t.player.keys.playPause],
  [['←', 'J'], t.player.keys.back],
  [['→', 'L'], t.player.keys.forward],
  [['↑'], t.player.keys.volumeUp],
  [['↓'], t.player.keys.volumeDown],
  [['M'], t.player.keys.mute],
  [['F'], t.player.keys.fullscreen],
  [['C'], t.player.keys.captions],
  [['P'], t.player.keys.pictureInPicture],
  [['<'], t.player.keys.slower],
  [['>'], t.player.keys.faster],
];

function writeShortcutRow([keys, what]: (typeof SHORTCUTS)[number]): string {
  return `<div><dt>${keys.map((key) => `<kbd>${key.replace('<', '&lt;')}</kbd>`).join(' ')}</dt><dd>${what}</dd></div>`;
}

/** Returns the HTML of the translated dialog; that of the player is in English only. */
function writeShortcutsDialog(): string {
  return `
  <style>
    :host { position: absolute; inset: 0; z-index: 10; background: rgb(8 18 17 / 0.86); }
    #content { display: block; width: min(36rem, calc(100% - 2rem)); margin: auto; text-align: start; }
    #content { font: 0.9375rem/1.4 var(--sans); }
    h2 { font-size: 1.125rem; margin: 0 0 0.75rem; }
    dl { margin: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0.5rem 2rem; }
    dl div { display: flex; justify-content: space-between; gap: 0.75rem; align-items: baseline; }
    dd { margin: 0; text-align: end; }
    dt { white-space: nowrap; }
    kbd { font: inherit; border: 1px solid rgb(255 255 255 / 0.35); border-radius: 4px; padding: 0 0.4em; }
  </style>
  <slot id="content"><h2>${t.player.shortcuts}</h2><dl>${SHORTCUTS.map(writeShortcutRow).join('')}</dl></slot>`;
}

MediaKeyboardShortcutsDialog.getSlotTemplateHTML = writeShortcutsDialog;
