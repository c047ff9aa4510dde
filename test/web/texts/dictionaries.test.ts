import { readFileSync } from 'node:fs';
import { en } from '../../../web/texts/en.ts';
import { explainIn } from '../../../web/texts/explain.ts';
import { ko } from '../../../web/texts/ko.ts';
import { chooseLanguage } from '../../../web/texts/language.ts';
import { problemsEn } from '../../../web/texts/problems-en.ts';
import { problemsKo } from '../../../web/texts/problems-ko.ts';

/** Every text below a dictionary, said of one and of two things where it depends on a number. */
function textsOf(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    return [1, 2, 7].map((count) => [`${path}(${count})`, String(value(count, count))]);
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => textsOf(below, `${path}.${key}`));
}

/** Said alike in both languages. */
const UNIVERSAL = new Set(['.appName', '.unknown', '.statusAt(1)', '.statusAt(2)', '.statusAt(7)']);
const SYMBOLS = /^\.(details\.fps|timeline\.stepState|uploads\.progressed)\(/;

describe('languages', () => {
  test.each([
    [['ko-KR', 'en-US'], 'ko'],
    [['fr-FR', 'ko', 'en'], 'ko'],
    [['EN-gb', 'ko'], 'en'],
    [['fr', 'ja'], 'en'],
    [[], 'en'],
  ])('%j are served in %s', (preferred, language) => {
    expect(chooseLanguage(preferred)).toBe(language);
  });

  test('no text is empty, and none of the Korean ones was left in English', () => {
    const english = textsOf(en, '');
    const korean = new Map(textsOf(ko, ''));
    expect(english.length).toBeGreaterThan(150);
    for (const [path, text] of english) {
      expect([path, text.trim()]).not.toEqual([path, '']);
      if (UNIVERSAL.has(path) || SYMBOLS.test(path)) continue;
      expect([path, korean.get(path)]).toEqual([path, expect.stringMatching(/[가-힣]/)]);
    }
  });

  test('English counts one thing otherwise than several', () => {
    expect(en.library.shown(1)).toBe('1 video shown');
    expect(en.library.shown(24)).toBe('24 videos shown');
    expect([1, 2, 6].map((count) => en.details.channels(count))).toEqual(['mono', 'stereo', '6 channels']);
  });
});

describe('errors in words', () => {
  const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z_]+)` \|.*\|.*\|$/gm)]
    .map(([, code]) => code ?? '')
    .filter((code) => !['ready', 'rejected', 'failed', 'superseded', 'deleted'].includes(code));

  test('every code of the documentation is explained, in both languages, with what to do next', () => {
    expect(documented.length).toBeGreaterThan(10);
    for (const code of documented) {
      expect(Object.keys(problemsEn)).toContain(code);
      expect(explainIn('ko', code, null).what).toMatch(/[가-힣]/);
      expect(explainIn('ko', code, null).next).toMatch(/[가-힣]/);
    }
    expect(Object.keys(problemsKo)).toEqual(Object.keys(problemsEn));
  });

  test('a code that is not known yet is shown in the words that came with it', () => {
    expect(explainIn('ko', 'something_new', 'It is new.')).toEqual({ what: 'It is new.', next: '' });
    expect(explainIn('en', 'something_new', null).what).toBe('something_new');
    expect(explainIn('en', 'constructor', 'Not a code.').what).toBe('Not a code.');
  });
});
