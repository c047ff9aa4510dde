import { cutToColumns, escapeControls, escapeControlsInLines, padToColumns, widestOf } from '../../../local/cli/columns.ts';

test.each([
  ['ab', 5, 'ab'],
  ['abcdef', 4, 'abc…'],
  ['가나다라', 8, '가나다라'],
  ['가나다라', 7, '가나다…'],
  ['가나다라', 6, '가나…'],
  // Decomposed, as a Mac stores file names.
  ['가나다라'.normalize('NFD'), 6, `${'가나'.normalize('NFD')}…`],
  ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 5, '👩‍👩‍👧‍👦👩‍👩‍👧‍👦…'],
  ['abc', 0, ''],
])('cuts %s to %d columns at the border of a grapheme', (text, columns, cut) => {
  expect(cutToColumns(text, columns)).toBe(cut);
});

test('pads and measures by columns', () => {
  expect(padToColumns('가', 4)).toBe('가  ');
  expect(widestOf(['abc', '가나'])).toBe(4);
  expect(widestOf([])).toBe(0);
});

test('escapes characters that act on a terminal or reorder text, and keeps the breaks of longer texts', () => {
  expect(escapeControls('a\u001B[2Jb\n\u202Egpj.exe')).toBe('a\\u001b[2Jb\\u000a\\u202egpj.exe');
  expect(escapeControlsInLines('a\n\tb\r')).toBe('a\n\tb\\u000d');
});
