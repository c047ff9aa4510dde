import { COST_USAGE, DEFAULT_SCALE, parseCostOptions } from '../../../local/cost/cost-options.ts';

test('without options it is the service of the first estimate', () => {
  expect(parseCostOptions([])).toEqual({ scale: DEFAULT_SCALE, maxShortSide: 1080 });
});

test('options replace single values, and every tenth viewer uploads', () => {
  expect(parseCostOptions(['--viewers', '1000', '--watched', '62.5'])?.scale).toEqual({
    ...DEFAULT_SCALE,
    viewersPerDay: 1000,
    uploadsPerDay: 100,
    watched: 0.625,
  });
  expect(parseCostOptions(['--viewers', '1000', '--uploads', '0'])?.scale).toMatchObject({ uploadsPerDay: 0 });
});

test.each([
  [['--viewers', 'many'], '--viewers takes a number from 0 to 10000000000, but got: many.'],
  [['--minutes', '0'], '--minutes takes a number from 0.1 to 1440, but got: 0.'],
  [['--watched', '101'], '--watched takes a number from 0 to 100, but got: 101.'],
  [['--uploads='], '--uploads takes a number from 0 to 1000000000, but got: nothing.'],
  [['--viewer', '5'], "Unknown option '--viewer'"],
  [['5000'], 'Unexpected argument'],
])('%j is an error that says what is wrong', (args, message) => {
  expect(() => parseCostOptions(args)).toThrow(message);
});

test('options that npm took for itself are an error with the right command line', () => {
  expect(() => parseCostOptions(['7'], { npm_config_viewers: 'true' })).toThrow('npm run -s cost -- --viewers 7');
});

test('help names every option', () => {
  expect(parseCostOptions(['--help'])).toBeUndefined();
  for (const option of ['viewers', 'videos', 'uploads', 'megabytes', 'minutes', 'watched', 'popular-uploads', 'popular-views', 'short-side']) {
    expect(COST_USAGE).toContain(`--${option} `);
  }
});
