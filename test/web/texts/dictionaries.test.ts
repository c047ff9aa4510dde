import { readFileSync } from 'node:fs';
import { SOURCE_WARNING_CODES } from '../../../lambdas/contracts/source-warnings.ts';
import { en } from '../../../web/texts/en.ts';
import { explainIn } from '../../../web/texts/explain.ts';
import { ko } from '../../../web/texts/ko.ts';
import { problemsEn } from '../../../web/texts/problems-en.ts';
import { problemsKo } from '../../../web/texts/problems-ko.ts';

/** Returns every text of a dictionary; texts that depend on a number for 1, 2 and 7. */
function textsOf(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    return [1, 2, 7].map((count) => [`${path}(${count})`, String(value(count, count))]);
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => textsOf(below, `${path}.${key}`));
}

/** Texts that are equal in both languages. */
const UNIVERSAL = new Set(['.appName', '.unknown', '.statusAt(1)', '.statusAt(2)', '.statusAt(7)']);
const WARNINGS: readonly string[] = SOURCE_WARNING_CODES;
const SYMBOLS = /^\.(details\.fps|timeline\.stepState|uploads\.progressed)\(/;

describe('texts', () => {
  test('are never empty, and no Korean text is left in English', () => {
    const english = textsOf(en, '');
    const korean = new Map(textsOf(ko, ''));
    expect(english.length).toBeGreaterThan(150);
    for (const [path, text] of english) {
      expect([path, text.trim()]).not.toEqual([path, '']);
      if (UNIVERSAL.has(path) || SYMBOLS.test(path)) continue;
      expect([path, korean.get(path)]).toEqual([path, expect.stringMatching(/[가-힣]/)]);
    }
  });

  test('use the singular for one in English', () => {
    expect(en.library.shown(1)).toBe('1 video shown');
    expect(en.library.shown(24)).toBe('24 videos shown');
    expect([1, 2, 6].map((count) => en.details.channels(count))).toEqual(['mono', 'stereo', '6 channels']);
  });
});

describe('problem texts', () => {
  const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([a-z_]+)` \|.*\|.*\|$/gm)]
    .map(([, code]) => code ?? '')
    .filter((code) => !['ready', 'rejected', 'failed', 'superseded', 'deleted', ...WARNINGS].includes(code));

  test('explain every documented code and the next step in both languages', () => {
    expect(documented.length).toBeGreaterThan(10);
    for (const code of documented) {
      expect(Object.keys(problemsEn)).toContain(code);
      expect(explainIn('ko', code, null).what).toMatch(/[가-힣]/);
      expect(explainIn('ko', code, null).next).toMatch(/[가-힣]/);
    }
    expect(Object.keys(problemsKo)).toEqual(Object.keys(problemsEn));
  });
});
