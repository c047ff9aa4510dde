import { countCharacters } from '../../../catalog/text/count-characters.ts';
import { MAX_TITLE_LENGTH, titleOf } from '../../../catalog/videos/title-of.ts';

const FAMILY = '👨‍👩‍👧';

test.each([
  ['uploads/1/강의 영상.mp4', '강의 영상'],
  ['a/clip.M2TS', 'clip'],
  ['clip.3gp', 'clip'],
  ['clip.mp4 ', 'clip'],
  ['Intro to Node.js.mp4', 'Intro to Node.js'],
  ['archive/', 'archive'],
  ['Lecture No. 5', 'Lecture No. 5'],
  ['Lecture No. 5.mov', 'Lecture No. 5'],
  ['제1강. 서론', '제1강. 서론'],
  ['제1강.서론.mp4', '제1강.서론'],
  ['Part 1.5', 'Part 1.5'],
  ['2026.11.29', '2026.11.29'],
  ['U.S.A', 'U.S.A'],
  ['Ein Film. Teil', 'Ein Film. Teil'],
  ['.mp4', '.mp4'],
  ['강의'.normalize('NFD'), '강의'],
  ['first\nsecond.mp4', 'first second'],
  ['a\u2028b\u0007c\u{E0061}d\uFFFFe.mp4', 'a b c d e'],
  ['\u200b.mp4', '\u200b.mp4'],
  ['in/\u3164', 'in/\u3164'],
  ['\u3164', 'Untitled'],
  ['\u0301\u202e', 'Untitled'],
  ['in/\u202Egnp.exe\u2069\u200F.mp4', 'gnp.exe\u200F'],
  ['', 'Untitled'],
])('the title of %j is %j', (key, title) => {
  expect(titleOf(key)).toBe(title);
});

test('a long title ends before the emoji or syllable that exceeds the limit', () => {
  const letters = 'x'.repeat(MAX_TITLE_LENGTH - 7);
  expect(titleOf(`${letters}${FAMILY}${FAMILY}.mp4`)).toBe(`${letters}${FAMILY}`);
  expect(titleOf(`${letters}xxxxxx${'한글'.normalize('NFD')}`)).toBe(`${letters}xxxxxx한`);
  expect(titleOf('🎬'.repeat(300))).toBe('🎬'.repeat(MAX_TITLE_LENGTH));
  expect(countCharacters(titleOf(`e${'\u0301'.repeat(500)}`))).toBe(MAX_TITLE_LENGTH);
});
