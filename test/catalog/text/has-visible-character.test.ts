import { hasVisibleCharacter } from '../../../catalog/text/has-visible-character.ts';

test.each([
  ['nothing', ''],
  ['spaces', ' \t\u00a0\u2003\u3000'],
  ['a zero-width space', '\u200b'],
  ['a byte order mark', '\ufeff'],
  ['a Hangul filler', '\u3164'],
  ['a half-width filler', '\uffa0'],
  ['a soft hyphen', '\u00ad'],
  ['controls', '\u0007\u0085'],
  ['bidirectional controls', '\u202e\u2066\u200f'],
  ['combining marks', '\u0301\u20dd'],
  ['a variation selector', '\ufe0f'],
  ['a joiner', '\u200d'],
  ['tags', '\u{E0061}'],
  ['a lone surrogate', '\ud83d'],
  ['a Braille blank', '\u2800'],
  ['a noncharacter', '\uffff'],
])('%s cannot be seen', (_name, text) => {
  expect(hasVisibleCharacter(text)).toBe(false);
});

test.each(['a', '가', 'ㄱ', '😀', '?', '\u200ba', 'é'.normalize('NFD'), '\u2801', '\ufffd', '\ue000', '１'])(
  '%j can be seen',
  (text) => {
    expect(hasVisibleCharacter(text)).toBe(true);
  },
);
