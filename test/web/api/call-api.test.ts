import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import { retryThroughOutages } from '../../../web/api/retry-policy.ts';
import { callApi, catalogResuming } from '../../../web/api/call-api.ts';

beforeEach(() => {
  jest.useFakeTimers();
  browser.reset();
});
afterEach(() => jest.useRealTimers());

describe('callApi', () => {
  const problem = (status: number, code: string): StandInResponse => ({ status, body: { code, detail: code } });

  test('sends no more attempts than its policy allows', async () => {
    browser.respond = () => problem(503, 'internal_error');
    const call = callApi('/uploads', { method: 'POST', idempotencyKey: 'k', retry: retryThroughOutages });
    const ended = call.catch((error: unknown) => error);
    await jest.runAllTimersAsync();
    expect(await ended).toMatchObject({ code: 'internal_error' });
    expect(browser.requests).toHaveLength(8);
  });

  test('survives an outage of an hour, after which failures count from one', async () => {
    browser.respond = () => 'no connection';
    const call = callApi('/uploads/u', { retry: retryThroughOutages });
    await jest.advanceTimersByTimeAsync(3_600_000);
    let failures = 0;
    browser.respond = () => (++failures < 8 ? problem(500, 'internal_error') : { status: 200, body: { id: 'u' } });
    await jest.runAllTimersAsync();
    await expect(call).resolves.toEqual({ id: 'u' });
  });

  test('retries at once when the network is back', async () => {
    browser.respond = () => 'no connection';
    const call = callApi('/uploads/u', { retry: retryThroughOutages });
    await jest.advanceTimersByTimeAsync(600_000);
    const before = browser.requests.length;
    browser.respond = () => ({ status: 200, body: { id: 'u' } });
    browser.events.dispatchEvent(new Event('online'));
    await expect(call).resolves.toEqual({ id: 'u' });
    expect(browser.requests).toHaveLength(before + 1);
  });

  test('sends a request again that nothing answers, and waits no longer for it', async () => {
    browser.respond = () => new Promise(() => undefined);
    const call = callApi('/changes');
    await jest.advanceTimersByTimeAsync(44_000);
    expect(browser.requests).toHaveLength(1);
    browser.respond = () => ({ status: 200, body: { changes: [] } });
    await jest.runAllTimersAsync();
    await expect(call).resolves.toEqual({ changes: [] });
    expect(jest.getTimerCount()).toBe(0);
  });

  test('clears the resuming notice when the last waiting request is aborted', async () => {
    browser.respond = () => problem(503, 'catalog_resuming');
    const [first, second] = [new AbortController(), new AbortController()];
    const call = [first, second].map(({ signal }) => callApi('/videos', { signal }).catch(() => undefined));
    await jest.advanceTimersByTimeAsync(1);
    expect(catalogResuming.value).toBe(true);
    first.abort();
    await call[0];
    expect(catalogResuming.value).toBe(true);
    second.abort();
    await call[1];
    expect(catalogResuming.value).toBe(false);
  });
});
