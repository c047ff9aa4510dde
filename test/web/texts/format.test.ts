import { formatClock, createFormats } from '../../../web/texts/format.ts';

const english = createFormats('en-US');
const korean = createFormats('ko-KR');

test.each([
  [0, '0:00'],
  [120, '0:01'],
  [4_400, '0:04'],
  [65_000, '1:05'],
  [599_600, '9:59'],
  [3_723_000, '1:02:03'],
  [36_000_000, '10:00:00'],
])('formats %i ms as %s', (durationMs, text) => {
  expect(formatClock(durationMs)).toBe(text);
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_500, '1.5 kB'],
  [16_777_216, '16.8 MB'],
  [734_003_200, '734 MB'],
  [50 * 1024 ** 4, '55 TB'],
])('formats %i bytes as %s', (count, text) => {
  expect(english.bytes(count)).toBe(text);
});

test.each([
  [0.2, '1 sec', '1초'],
  [59, '59 sec', '59초'],
  [130, '2 min', '2분'],
  [3_600, '1 hr', '1시간'],
  [3_600 + 59 * 60 + 40, '2 hr', '2시간'],
  [5_400, '1 hr 30 min', '1시간 30분'],
])('formats %d seconds with matching precision', (seconds, inEnglish, inKorean) => {
  expect(english.span(seconds)).toBe(inEnglish);
  expect(korean.span(seconds)).toBe(inKorean);
});

test('shows 100 percent only at the end', () => {
  expect(english.percent(99.9)).toBe('99%');
  expect(english.percent(100)).toBe('100%');
  expect(korean.percent(0.4)).toBe('0%');
});

test('formats the time passed in a fitting unit, and as a date after a week', () => {
  const now = Date.parse('2026-03-20T12:00:00Z');
  expect(english.ago('2026-03-20T11:59:30Z', now)).toBe('now');
  expect(english.ago('2026-03-20T11:01:00Z', now)).toBe('59 minutes ago');
  expect(korean.ago('2026-03-20T09:00:00Z', now)).toBe('3시간 전');
  expect(english.ago('2026-03-19T11:00:00Z', now)).toBe('yesterday');
  expect(english.ago('2026-03-01T12:00:00Z', now)).toBe('Mar 1, 2026');
});

test('keeps significant digits of small prices', () => {
  expect(english.usd(0.0213)).toBe('$0.0213');
  expect(english.usd(12.5)).toBe('$12.50');
});

test('changes the unit of bit rates at a million', () => {
  expect(english.bitrate(620_400)).toBe('620 kbit/s');
  expect(english.bitrate(2_640_000)).toBe('2.6 Mbit/s');
});

test('names track languages, omits undetermined ones and shows invalid tags unchanged', () => {
  expect(english.languageName('eng')).toBe('English');
  expect(korean.languageName('ko')).toBe('한국어');
  expect(english.languageName('und')).toBeNull();
  expect(english.languageName('!!')).toBe('!!');
});
