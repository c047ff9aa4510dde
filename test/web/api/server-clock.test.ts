import '../../support/web/browser-stand-in.ts';
import { serverTime, setServerClock } from '../../../web/api/server-clock.ts';

test('a response that the edge has kept for an hour does not set the clock back', () => {
  const now = Date.now();
  setServerClock(new Headers({ date: new Date(now - 3_600_000).toUTCString(), age: '3600' }));
  expect(Math.abs(serverTime.value - now)).toBeLessThan(60_000);
});

test('the clock follows the server', () => {
  const now = Date.now();
  setServerClock(new Headers({ date: new Date(now + 7_200_000).toUTCString() }));
  expect(serverTime.value).toBeGreaterThan(now + 7_100_000);
});
