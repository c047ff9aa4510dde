import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import { backoffMs, type FailedRequest, retryBriefly, retryIfNotStarted, retryThroughOutages } from '../../../web/api/retry-policy.ts';
import { callApi, catalogResuming } from '../../../web/api/call-api.ts';

function refusal(code: string, status: number, retryAfterSeconds: number | null = null): FailedRequest {
  return {
    code,
    status,
    retryAfterSeconds,
  };
}

const offline = refusal('offline', 0);

beforeEach(() => {
  jest.useFakeTimers();
  browser.reset();
});
afterEach(() => jest.useRealTimers());

test('waits twice as long each time, half of it left to chance, and never more than half a minute', () => {
  const waits = [1, 2, 3, 4, 5, 6, 9].map((tries) => backoffMs(tries, 1));
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  expect(backoffMs(3, 0)).toBe(2000);
});

describe('whether and when to ask again', () => {
  test('anything while the catalog wakes, as long after as it says', () => {
    const waking = refusal('catalog_resuming', 503, 15);
    for (const policy of [retryIfNotStarted, retryBriefly, retryThroughOutages]) {
      expect(policy(waking, 1)).toBe(15_000);
      expect(policy(waking, 12)).toBeNull();
    }
  });

  test('after other trouble only what does no harm twice, and nothing that was refused', () => {
    const broken = refusal('internal_error', 500);
    expect(retryBriefly(broken, 1)).toBe(1000);
    expect(retryIfNotStarted(broken, 1)).toBeNull();
    for (const policy of [retryIfNotStarted, retryBriefly, retryThroughOutages]) {
      expect(policy(refusal('forbidden', 403), 1)).toBeNull();
    }
  });

  test('an upload as long as there is no answer, and not for ever after answers', () => {
    expect(retryThroughOutages(offline, 1000)).toBeLessThanOrEqual(30_000);
    expect(retryBriefly(offline, 3)).toBeNull();
    expect(retryThroughOutages(refusal('internal_error', 500), 7)).not.toBeNull();
    expect(retryThroughOutages(refusal('internal_error', 500), 8)).toBeNull();
  });

  test('never after too many uploads, which only the person can change', () => {
    expect(retryThroughOutages(refusal('too_many_uploads', 429), 1)).toBeNull();
    expect(retryThroughOutages(refusal('too_many_requests', 429), 1)).not.toBeNull();
  });
});

describe('a request', () => {
  const problem = (status: number, code: string): StandInResponse => ({ status, body: { code, detail: code } });

  test('is asked no more often than its one policy has it', async () => {
    browser.answer = () => problem(503, 'internal_error');
    const asking = callApi('/uploads', { method: 'POST', idempotencyKey: 'k', retry: retryThroughOutages });
    const ended = asking.catch((error: unknown) => error);
    await jest.runAllTimersAsync();
    expect(await ended).toMatchObject({ code: 'internal_error' });
    expect(browser.asked).toHaveLength(8);
  });

  test('goes through an outage of an hour, and the refusals after it count from one', async () => {
    browser.answer = () => 'no connection';
    const asking = callApi('/uploads/u', { retry: retryThroughOutages });
    await jest.advanceTimersByTimeAsync(3_600_000);
    let refused = 0;
    browser.answer = () => (++refused < 8 ? problem(500, 'internal_error') : { status: 200, body: { id: 'u' } });
    await jest.runAllTimersAsync();
    await expect(asking).resolves.toEqual({ id: 'u' });
  });

  test('is asked at once when the network is back', async () => {
    browser.answer = () => 'no connection';
    const asking = callApi('/uploads/u', { retry: retryThroughOutages });
    await jest.advanceTimersByTimeAsync(600_000);
    const before = browser.asked.length;
    browser.answer = () => ({ status: 200, body: { id: 'u' } });
    browser.events.dispatchEvent(new Event('online'));
    await expect(asking).resolves.toEqual({ id: 'u' });
    expect(browser.asked).toHaveLength(before + 1);
  });

  test('that is given up while the catalog wakes leaves no notice that it wakes', async () => {
    browser.answer = () => problem(503, 'catalog_resuming');
    const [first, second] = [new AbortController(), new AbortController()];
    const asking = [first, second].map(({ signal }) => callApi('/videos', { signal }).catch(() => undefined));
    await jest.advanceTimersByTimeAsync(1);
    expect(catalogResuming.value).toBe(true);
    first.abort();
    await asking[0];
    expect(catalogResuming.value).toBe(true);
    second.abort();
    await asking[1];
    expect(catalogResuming.value).toBe(false);
  });
});
