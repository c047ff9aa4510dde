import { effect, signal } from '@preact/signals';
import { readStored, removeStored, writeStored } from './local-storage.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** `/theme.js` reads this key too, before the first paint. */
const KEY = 'sluice.theme';

function readStoredTheme(): Theme {
  const value = readStored(KEY);
  return THEMES.find((theme) => theme === value) ?? 'auto';
}

export const theme = signal<Theme>(readStoredTheme());

effect(() => {
  const { dataset } = document.documentElement;
  if (theme.value === 'auto') {
    delete dataset['theme'];
    removeStored(KEY);
  } else {
    dataset['theme'] = theme.value;
    writeStored(KEY, theme.value);
  }
});

export function switchToNextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto';
}
