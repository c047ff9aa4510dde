import { browser, type Answered } from '../../support/web/browser-stand-in.ts';
import type { Change } from '../../../lambdas/contracts/api/change.ts';
import { feedStands, onChanges, startFeed } from '../../../web/feed/feed.ts';
import { sessionState } from '../../../web/session/session.ts';
import { becomes, someone } from '../../support/web/session-states.ts';

function answerOf(cursor: string, changes: readonly Change[] = []): Answered {
  return {
    status: 200,
    body: { changes, cursor, more: false, unfinished: 0 },
  };
}

startFeed();
beforeEach(() => browser.reset());
afterEach(() => becomes({ kind: 'signed-out', ended: false }));

test('a list is not read before it is known where the feed stands, also while that is being asked', async () => {
  const answer = Promise.withResolvers<Answered>();
  browser.answer = () => answer.promise;
  sessionState.value = someone;
  const order: string[] = [];
  const read = feedStands().then(() => order.push('list'));
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
  sessionState.value = someone;
  await feedStands();
  expect(restarts).toBe(0);
  browser.answer = () => answerOf('1');
  await feedStands();
  expect(restarts).toBe(1);
  stop();
});
