import { findShortcut } from '../../../web/player/shortcuts.ts';

function pressed(key: string, code: string): string | null {
  return findShortcut({ key, code });
}

test('recognizes letters in capitals and in Hangul layouts', () => {
  expect([pressed('k', 'KeyK'), pressed('K', 'KeyK'), pressed('ㅏ', 'KeyK')]).toEqual(['k', 'k', 'k']);
  expect([pressed('ㅡ', 'KeyM'), pressed('о', 'KeyJ'), pressed('Process', 'KeyM')]).toEqual(['m', 'j', null]);
});

test('recognizes the typed letter in Latin layouts, wherever its key is', () => {
  expect([pressed('m', 'Semicolon'), pressed('q', 'KeyA'), pressed(',', 'KeyM')]).toEqual(['m', null, null]);
});

test('recognizes symbols as typed and ignores other keys', () => {
  expect(['<', '>', '?', ' '].map((key) => pressed(key, ''))).toEqual(['<', '>', '?', ' ']);
  expect([pressed('ArrowLeft', 'ArrowLeft'), pressed('Enter', 'Enter'), pressed('x', 'KeyX')]).toEqual([
    null,
    null,
    null,
  ]);
});
