import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { Change } from '../../../lambdas/contracts/api/change.ts';
import { ensureFeedCursor, onChanges, startFeed } from '../../../web/feed/feed.ts';
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
