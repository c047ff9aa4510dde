import { SOURCE_WARNINGS } from '../../../lambdas/contracts/source-warnings.ts';
import { describeWarning } from '../../../local/cli/describe-warning.ts';

const { what } = SOURCE_WARNINGS.sound_damaged.en;

test.each([
  [{}, 'sound_damaged'],
  [{ track: 2 }, 'sound_damaged, track 2'],
  [{ startMs: 35_900, durationMs: 12_400 }, 'sound_damaged, from 0:35 for 12 s'],
  [{ track: 1, startMs: 3_725_000, durationMs: 240 }, 'sound_damaged, track 1, from 1:02:05 for 0.2 s'],
  [{ startMs: 0 }, 'sound_damaged, from 0:00'],
  [{ durationMs: 90_000 }, 'sound_damaged, for 90 s'],
])('a warning about %j reads %s', (place, named) => {
  expect(describeWarning({ code: 'sound_damaged', ...place })).toBe(`${named}: ${what}`);
});

test('prints an unknown code without a text', () => {
  expect(describeWarning({ code: 'toString', track: 3 })).toBe('toString, track 3');
});
