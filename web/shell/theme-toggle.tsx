import type { VNode } from 'preact';
import { AutoIcon, MoonIcon, SunIcon } from '../icons/icons.tsx';
import { t } from '../texts/texts.ts';
import { announce } from './announcements.ts';
import { switchToNextTheme, theme, type Theme } from './theme.ts';

const ICONS: Record<Theme, () => VNode> = { auto: AutoIcon, light: SunIcon, dark: MoonIcon };

function switchTheme(): void {
  switchToNextTheme();
  announce(t.header.theme[theme.value]);
}

export function ThemeToggle(): VNode {
  const Icon = ICONS[theme.value];
  const label = t.header.theme[theme.value];
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={switchTheme}>
      <Icon />
    </button>
  );
}
