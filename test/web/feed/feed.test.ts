import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { Change } from '../../../lambdas/contracts/api/change.ts';
import { ensureFeedCursor, onChanges, reportOwnChange, startFeed } from '../../../web/feed/feed.ts';
import { sessionState } from '../../../web/session/session.ts';
import { setSession, signedIn } from '../../support/web/session-states.ts';

function responseWith(cursor: string, changes: readonly Change[] = []): StandInResponse {
  return {
    status: 200,
    body: { changes, cursor, more: false, unfinished: 0 },
  };
}

startFeed();
beforeEach(() => browser.reset());
afterEach(() => setSession({ kind: 'signed-out', ended: false }));

test('waits for the feed cursor before a list is loaded, joining a poll in progress', async () => {
  const response = Promise.withResolvers<StandInResponse>();
  browser.respond = () => response.promise;
  sessionState.value = signedIn;
  const order: string[] = [];
  const loaded = ensureFeedCursor().then(() => order.push('list'));
  await new Promise(setImmediate);
  order.push('feed');
  response.resolve(responseWith('1'));
  await loaded;
  expect(order).toEqual(['feed', 'list']);
  expect(browser.lines()).toEqual(['GET /api/changes']);
});

test('reloads a list that was shown without a cursor as soon as there is one', async () => {
  browser.respond = () => ({ status: 400, body: { code: 'invalid_request', detail: 'no' } });
  let restarts = 0;
  const stop = onChanges(
    () => undefined,
    () => restarts++,
  );
  sessionState.value = signedIn;
  await ensureFeedCursor();
  expect(restarts).toBe(0);
  browser.respond = () => responseWith('1');
  await ensureFeedCursor();
  expect(restarts).toBe(1);
  stop();
});

test('reports a change of this page to every part of it at once', () => {
  const seen: (readonly Change[])[] = [];
  const stops = [0, 1].map(() => onChanges((changes) => seen.push(changes)));
  const change: Change = { videoId: 'v', video: null };
  reportOwnChange(change);
  expect(seen).toEqual([[change], [change]]);
  for (const stop of stops) stop();
});

describe('an open page', () => {
  const show = (visibilityState: 'visible' | 'hidden') => Object.assign(document, { visibilityState });
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    show('hidden');
    jest.useRealTimers();
  });

  const HOUR_MS = 3_600_000;

  /** Signs in, with responses that report a number of unfinished videos, and returns to the page. */
  const openPage = async (unfinished: number): Promise<void> => {
    browser.respond = () => ({ status: 200, body: { changes: [], cursor: '1', more: false, unfinished } });
    sessionState.value = signedIn;
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    browser.requests.length = 0;
    show('visible');
    browser.events.dispatchEvent(new Event('focus'));
  };

  test('sends five requests after a return and none in the idle hour that follows', async () => {
    await openPage(0);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(browser.requests).toHaveLength(5);
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    expect(browser.requests).toHaveLength(5);
  });

  test('sends a request a second while a video is unfinished', async () => {
    await openPage(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(browser.requests).toHaveLength(61);
    show('hidden');
    await jest.advanceTimersByTimeAsync(HOUR_MS);
    expect(browser.requests).toHaveLength(62);
  });
});
