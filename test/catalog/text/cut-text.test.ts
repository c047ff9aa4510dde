import { countCharacters } from '../../../catalog/text/count-characters.ts';
import { cutText } from '../../../catalog/text/cut-text.ts';

test.each([
  ['short', 5, 'short'],
  ['short', 4, 'shor'],
  ['😀😀😀', 2, '😀😀'],
  ['ab👩‍🚀', 4, 'ab'],
  ['ab👩‍🚀', 5, 'ab👩‍🚀'],
  ['🇰🇷🇩🇪', 3, '🇰🇷'],
  ['ae\u0301', 2, 'a'],
  ['a\r\n', 2, 'a'],
  ['e\u0301\u0301\u0301', 2, 'e\u0301'],
  ['anything', 0, ''],
])('cuts %j to at most %d characters as %j', (text, maxLength, expected) => {
  expect(cutText(text, maxLength)).toBe(expected);
  expect(countCharacters(expected)).toBeLessThanOrEqual(maxLength);
});
