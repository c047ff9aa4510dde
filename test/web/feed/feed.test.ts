import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { Change } from '../../../lambdas/contracts/api/change.ts';
import { ensureFeedCursor, onChanges, startFeed } from '../../../web/feed/feed.ts';
import { sessionState } from '../../../web/session/session.ts';
import { setSession, signedIn } from '../../support/web/session-states.ts';

function answerOf(cursor: string, changes: readonly Change[] = []): StandInResponse {
  return {
    status: 200,
    body: { changes, cursor, more: false, unfinished: 0 },
  };
}

startFeed();
beforeEach(() => browser.reset());
afterEach(() => setSession({ kind: 'signed-out', ended: false }));

test('a list is not read before it is known where the feed stands, also while that is being asked', async () => {
  const answer = Promise.withResolvers<StandInResponse>();
  browser.answer = () => answer.promise;
  sessionState.value = signedIn;
  const order: string[] = [];
  const read = ensureFeedCursor().then(() => order.push('list'));
  await new Promise(setImmediate);
  order.push('feed');
  answer.resolve(answerOf('1'));
  await read;
  expect(order).toEqual(['feed', 'list']);
  expect(browser.lines()).toEqual(['GET /api/changes']);
});

test('what was shown although that could not be learned is read anew as soon as it is', async () => {
  browser.answer = () => ({ status: 400, body: { code: 'invalid_request', detail: 'no' } });
  let restarts = 0;
  const stop = onChanges(
    () => undefined,
    () => restarts++,
  );
  sessionState.value = signedIn;
  await ensureFeedCursor();
  expect(restarts).toBe(0);
  browser.answer = () => answerOf('1');
  await ensureFeedCursor();
  expect(restarts).toBe(1);
  stop();
});
