import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../texts/texts.ts';

/** A menu may hold nothing but items; these buttons come as mere buttons, and with an English name. */
function nameBackButtons(settings: HTMLElement): void {
  for (const menu of [settings, ...settings.querySelectorAll('[slot="submenu"]')]) {
    const back = menu.shadowRoot?.querySelector('button[part~="back"]');
    back?.setAttribute('role', 'menuitem');
    back?.setAttribute('aria-label', t.player.backToSettings);
  }
}

const CHOICES = [
  { of: 'speed', Menu: 'media-playback-rate-menu', rates: '0.5 0.75 1 1.25 1.5 1.75 2' },
  { of: 'quality', Menu: 'media-rendition-menu' },
  { of: 'captions', Menu: 'media-captions-menu' },
  { of: 'audio', Menu: 'media-audio-track-menu' },
] as const;

/** Of the table of keys, which the player holds. */
export const SHORTCUTS_ID = 'player-shortcuts';

/** The table would lie over the menu that opened it, and has nothing in it to take the focus over. */
function closeForShortcuts(settings: HTMLElement): (() => void) {
  const table = document.getElementById(SHORTCUTS_ID);
  const close = (): void => {
    settings.hidden = true;
    settings.parentElement?.querySelector<HTMLElement>('media-settings-menu-button')?.focus();
  };
  table?.addEventListener('invoke', close);
  return () => table?.removeEventListener('invoke', close);
}

/** Speed, quality, captions, sound tracks, and the table of keys; what a video does not have to choose from is left out by the styles. */
export function SettingsMenu(): VNode {
  const menu = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (menu.current === null) return undefined;
    nameBackButtons(menu.current);
    return closeForShortcuts(menu.current);
  }, []);
  return (
    <media-settings-menu ref={menu} anchor="auto" hidden>
      {CHOICES.map(({ of, Menu, ...more }) => (
        <media-settings-menu-item class={`player-${of}`}>
          {t.player[of]}
          <Menu slot="submenu" hidden {...more}>
            <div slot="title">{t.player[of]}</div>
          </Menu>
        </media-settings-menu-item>
      ))}
      <media-settings-menu-item class="player-shortcuts" invoketarget={SHORTCUTS_ID}>
        {t.player.shortcuts}
      </media-settings-menu-item>
    </media-settings-menu>
  );
}
