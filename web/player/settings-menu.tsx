import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { SHORTCUTS_ID } from '../shell/shortcuts-dialog.tsx';
import { t } from '../texts/texts.ts';

/** Gives the back buttons a translated label and the role `menuitem`, the only one allowed in a menu. */
function nameBackButtons(settings: HTMLElement): void {
  for (const menu of [settings, ...settings.querySelectorAll('[slot="submenu"]')]) {
    const back = menu.shadowRoot?.querySelector('button[part~="back"]');
    back?.setAttribute('role', 'menuitem');
    back?.setAttribute('aria-label', t.player.backToSettings);
  }
}

const CHOICES = [
  { name: 'speed', Menu: 'media-playback-rate-menu', rates: '0.5 0.75 1 1.25 1.5 1.75 2' },
  { name: 'quality', Menu: 'media-rendition-menu' },
  { name: 'captions', Menu: 'media-captions-menu' },
  { name: 'audio', Menu: 'media-audio-track-menu' },
] as const;

/** Closes the menu when the shortcuts dialog opens, which gives the focus back to the menu's button when it closes. */
function closeForShortcuts(settings: HTMLElement): (() => void) {
  const dialog = document.getElementById(SHORTCUTS_ID);
  const close = (): void => {
    settings.hidden = true;
    settings.parentElement?.querySelector<HTMLElement>('media-settings-menu-button')?.focus();
  };
  dialog?.addEventListener('invoke', close);
  return () => dialog?.removeEventListener('invoke', close);
}

/** Menu of speed, quality, captions, audio tracks and keyboard shortcuts. The styles hide items without a choice. */
export function SettingsMenu(): VNode {
  const menu = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (menu.current === null) return undefined;
    nameBackButtons(menu.current);
    return closeForShortcuts(menu.current);
  }, []);
  return (
    <media-settings-menu ref={menu} anchor="auto" hidden>
      {CHOICES.map(({ name, Menu, ...attributes }) => (
        <media-settings-menu-item class={`player-${name}`}>
          {t.player[name]}
          <Menu slot="submenu" hidden {...attributes}>
            <div slot="title">{t.player[name]}</div>
          </Menu>
        </media-settings-menu-item>
      ))}
      <media-settings-menu-item class="player-shortcuts" invoketarget={SHORTCUTS_ID}>
        {t.shortcuts.title}
      </media-settings-menu-item>
    </media-settings-menu>
  );
}
