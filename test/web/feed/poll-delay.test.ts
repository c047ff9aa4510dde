import { nextPollMs, type FeedState } from '../../../web/feed/poll-delay.ts';

const quiet: FeedState = {
  visible: true,
  unfinished: 0,
  uploading: false,
  more: false,
  failures: 0,
  sinceActionMs: Number.POSITIVE_INFINITY,
};

describe('nextPollMs', () => {
  test('is null while nothing is unfinished or the page is hidden', () => {
    expect(nextPollMs(quiet)).toBeNull();
    expect(nextPollMs({ ...quiet, visible: false, unfinished: 3, uploading: true, more: true })).toBeNull();
  });

  test('doubles after an action while nothing is unfinished, and ends after eight seconds', () => {
    const waits = [0, 1000, 2000, 4000, 8000].map((sinceActionMs) => nextPollMs({ ...quiet, sinceActionMs }));
    expect(waits).toEqual([1000, 1000, 2000, 4000, null]);
  });

  test.each([{ unfinished: 1 }, { uploading: true }, { unfinished: 1, sinceActionMs: 4000 }])('is one second with %j', (busy) => {
    expect(nextPollMs({ ...quiet, ...busy })).toBe(1000);
  });

  test('is zero when the last response was incomplete', () => {
    expect(nextPollMs({ ...quiet, more: true })).toBe(0);
  });

  test('grows with each failure up to a maximum', () => {
    const waits = [1, 2, 3, 20].map((failures) => nextPollMs({ ...quiet, unfinished: 1, failures }));
    expect(waits).toEqual([2000, 4000, 8000, 30_000]);
    expect(nextPollMs({ ...quiet, failures: 20 })).toBe(600_000);
  });
});
