import { addStartTime, parseStartTime } from '../../../web/player/start-time.ts';

test.each([
  ['90', 90],
  ['90s', 90],
  ['1m30s', 90],
  ['1m30', 90],
  ['1h2m', 3720],
  ['1H2M3S', 3723],
  ['2h', 7200],
  ['1:30', 90],
  ['1:02:03', 3723],
  ['12.5', 12.5],
  ['0', 0],
  [' 7 ', 7],
])('reads %j as %d seconds', (text, seconds) => {
  expect(parseStartTime(text)).toBe(seconds);
});

test.each([[''], ['abc'], ['-5'], ['1m2h'], ['1:75'], ['h'], ['1e9'], ['99999999999'], [null], [undefined]])(
  'finds no time in %j',
  (text) => expect(parseStartTime(text)).toBeNull(),
);

test('adds whole seconds to a URL, and nothing for the beginning', () => {
  const url = 'https://pages.example/videos/v';
  expect([addStartTime(url, 90.7), addStartTime(url, 0), addStartTime(url, null)]).toEqual([`${url}?t=90`, url, url]);
});
