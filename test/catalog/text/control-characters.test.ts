import { findControlCharacter, replaceControlCharacters } from '../../../catalog/text/control-characters.ts';

const SHAPES = ['line', 'lines'] as const;

test.each([
  ['\0', 'U+0000'],
  ['\u0007', 'U+0007'],
  ['\u001B', 'U+001B'],
  ['\r', 'U+000D'],
  ['\u007F', 'U+007F'],
  ['\u0085', 'U+0085'],
  ['\u009F', 'U+009F'],
  ['\u2028', 'U+2028'],
  ['\u2029', 'U+2029'],
  ['\uFDD0', 'U+FDD0'],
  ['\uFFFE', 'U+FFFE'],
  ['\u{1FFFF}', 'U+1FFFF'],
  ['\u{10FFFE}', 'U+10FFFE'],
  ['\u{E0001}', 'U+E0001'],
  ['\u{E0061}', 'U+E0061'],
])('finds and replaces %j anywhere', (character, name) => {
  for (const shape of SHAPES) {
    expect(findControlCharacter(`🎬a${character}`, shape)).toEqual({ name, position: 3 });
    expect(replaceControlCharacters(`a${character}b`, shape, ' ')).toBe('a b');
  }
});

test.each(['\n', '\t', '\r\n'])('finds %j in a line only', (character) => {
  expect(findControlCharacter(`a${character}`, 'line')).toMatchObject({ position: 2 });
  expect(findControlCharacter(`a${character}`, 'lines')).toBeUndefined();
  expect(replaceControlCharacters(`a${character}b`, 'lines', '')).toBe(`a${character}b`);
});

function tagged(text: string): string {
  return Array.from(text, (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');
}
const ENGLAND = `🏴${tagged('gbeng')}\u{E007F}`;

test.each(['', '강의 – 1', '👨‍👩‍👧', '\u200B\u00AD', '\uFFFD', '🏴', ENGLAND])('leaves %j alone', (text) => {
  for (const shape of SHAPES) {
    expect(findControlCharacter(text, shape)).toBeUndefined();
    expect(replaceControlCharacters(text, shape, '')).toBe(text);
  }
});

test('finds tags behind a flag, and tags that make no flag', () => {
  expect(findControlCharacter(`${ENGLAND}${tagged('x')}`, 'line')).toEqual({ name: 'U+E0078', position: 8 });
  expect(replaceControlCharacters(`🏴${tagged('hidden')}\u{E007F}`, 'line', '')).toBe('🏴');
});
