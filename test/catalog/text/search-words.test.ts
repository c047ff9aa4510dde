import { searchWords } from '../../../catalog/text/search-words.ts';

test.each([
  ['1부  강의', ['1부', '강의']],
  ['Straße STRASSE', ['strasse']],
  ['\u3000ＡＢ\u00a0c ', ['ab', 'c']],
  ['a¨b', ['a', '\u0308b']],
  ['\u200b \u3164', []],
  ['', []],
])('the words of %j are %j', (search, words) => {
  expect(searchWords(search)).toEqual(words);
});
