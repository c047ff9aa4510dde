import { shortcutOf } from '../../../web/player/shortcuts.ts';

function pressed(key: string, code: string): string | null {
  return shortcutOf({ key, code });
}

test('letters work in capitals and where the layout writes Hangul', () => {
  expect([pressed('k', 'KeyK'), pressed('K', 'KeyK'), pressed('ㅏ', 'KeyK')]).toEqual(['k', 'k', 'k']);
  expect([pressed('ㅡ', 'KeyM'), pressed('о', 'KeyJ'), pressed('Process', 'KeyM')]).toEqual(['m', 'j', null]);
});

test('what a Latin layout writes counts, wherever the key lies', () => {
  expect([pressed('m', 'Semicolon'), pressed('q', 'KeyA'), pressed(',', 'KeyM')]).toEqual(['m', null, null]);
});

test('signs are taken as they are written, and other keys are let through', () => {
  expect(['<', '>', '?', ' '].map((key) => pressed(key, ''))).toEqual(['<', '>', '?', ' ']);
  expect([pressed('ArrowLeft', 'ArrowLeft'), pressed('Enter', 'Enter'), pressed('x', 'KeyX')]).toEqual([null, null, null]);
});
