import { SOURCE_WARNING_CODES, SOURCE_WARNINGS } from '../../../lambdas/contracts/source-warnings.ts';
import { en } from '../../../web/texts/en.ts';
import { createFormats } from '../../../web/texts/format.ts';
import { ko } from '../../../web/texts/ko.ts';
import { describeWarnings } from '../../../web/video/describe-warnings.ts';

const NOWHERE = { track: null, startMs: null, durationMs: null };
const ENGLISH = { language: 'en', texts: en.warnings, format: createFormats('en') } as const;
const KOREAN = { language: 'ko', texts: ko.warnings, format: createFormats('ko') } as const;

test('a warning names its track and its part of the video in words', () => {
  const places = (place: object, words: typeof ENGLISH | typeof KOREAN) =>
    describeWarnings([{ code: 'sound_damaged', ...NOWHERE, ...place }], words)[0]?.places;
  expect(places({ track: 2 }, ENGLISH)).toEqual(['Track 2']);
  expect(places({ startMs: 35_000, durationMs: 12_000 }, ENGLISH)).toEqual(['From 0:35 for 12 sec']);
  expect(places({ track: 2, startMs: 3_725_900, durationMs: 240 }, ENGLISH)).toEqual([
    'Track 2, from 1:02:05 for 1 sec',
  ]);
  expect(places({ startMs: 0 }, ENGLISH)).toEqual(['From 0:00']);
  expect(places({ startMs: 400 }, ENGLISH)).toEqual(['From 0:00']);
  expect(places({ durationMs: 90_000 }, ENGLISH)).toEqual(['For 2 min']);
  expect(places({ track: 2 }, KOREAN)).toEqual(['트랙 2']);
  expect(places({ track: 1, startMs: 35_000, durationMs: 12_000 }, KOREAN)).toEqual(['트랙 1, 0:35부터 12초 동안']);
  expect(places({}, KOREAN)).toEqual([]);
});

test('warnings with the same code are explained once, with all their places', () => {
  const described = describeWarnings(
    [
      { code: 'sound_damaged', ...NOWHERE, startMs: 1000, durationMs: 2000 },
      { code: 'sound_track_skipped', ...NOWHERE, track: 3 },
      { code: 'sound_damaged', ...NOWHERE, startMs: 9000, durationMs: 1000 },
    ],
    ENGLISH,
  );
  expect(described).toEqual([
    {
      code: 'sound_damaged',
      ...SOURCE_WARNINGS.sound_damaged.en,
      places: ['From 0:01 for 2 sec', 'From 0:09 for 1 sec'],
    },
    { code: 'sound_track_skipped', ...SOURCE_WARNINGS.sound_track_skipped.en, places: ['Track 3'] },
  ]);
});

test.each(SOURCE_WARNING_CODES)('%s says in both languages what viewers miss and what the owner can do', (code) => {
  const { en: english, ko: korean } = SOURCE_WARNINGS[code];
  for (const text of [english.what, english.next]) expect(text).toMatch(/^[A-Z][^가-힣]+\.$/);
  for (const text of [korean.what, korean.next]) expect(text).toMatch(/[가-힣].*\.$/);
  expect(describeWarnings([{ code, ...NOWHERE }], KOREAN)).toEqual([{ code, ...korean, places: [] }]);
});

test('shows an unknown code of a newer API as is', () => {
  const newer = { ...NOWHERE, code: 'constructor' as 'sound_damaged', track: 1 };
  expect(describeWarnings([newer], ENGLISH)).toEqual([{ code: 'constructor', what: 'constructor', next: '', places: ['Track 1'] }]);
});
