import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../texts/texts.ts';

/** A menu may hold nothing but items; these buttons come as mere buttons, and with an English name. */
const nameBackButtons = (settings: HTMLElement): void => {
  for (const menu of [settings, ...settings.querySelectorAll('[slot="submenu"]')]) {
    const back = menu.shadowRoot?.querySelector('button[part~="back"]');
    back?.setAttribute('role', 'menuitem');
    back?.setAttribute('aria-label', t.player.backToSettings);
  }
};

/** Speed, quality, captions and sound tracks; what a video does not have to choose from is left out by the styles. */
export const SettingsMenu = (): VNode => {
  const menu = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (menu.current !== null) nameBackButtons(menu.current);
  }, []);
  return (
    <media-settings-menu ref={menu} anchor="auto" hidden>
      <media-settings-menu-item>
        {t.player.speed}
        <media-playback-rate-menu slot="submenu" hidden rates="0.5 0.75 1 1.25 1.5 1.75 2">
          <div slot="title">{t.player.speed}</div>
        </media-playback-rate-menu>
      </media-settings-menu-item>
      <media-settings-menu-item class="player-quality">
        {t.player.quality}
        <media-rendition-menu slot="submenu" hidden>
          <div slot="title">{t.player.quality}</div>
        </media-rendition-menu>
      </media-settings-menu-item>
      <media-settings-menu-item class="player-captions">
        {t.player.captions}
        <media-captions-menu slot="submenu" hidden>
          <div slot="title">{t.player.captions}</div>
        </media-captions-menu>
      </media-settings-menu-item>
      <media-settings-menu-item class="player-audio">
        {t.player.audio}
        <media-audio-track-menu slot="submenu" hidden>
          <div slot="title">{t.player.audio}</div>
        </media-audio-track-menu>
      </media-settings-menu-item>
    </media-settings-menu>
  );
};
