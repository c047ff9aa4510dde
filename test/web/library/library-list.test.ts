import { browser, type Answered } from '../../support/web/browser-stand-in.ts';
import type { VideoSummary } from '../../../lambdas/contracts/api/video.ts';
import { forgetList, hasMore, listError, lookAgain, moreError, readMore, show, videos } from '../../../web/library/library-list.ts';
import { summary } from '../../support/web/videos.ts';
import { becomes, someone } from '../../support/web/session-states.ts';

function page(list: readonly VideoSummary[], nextCursor: string | null): Answered {
  return {
    status: 200,
    body: { videos: list, nextCursor },
  };
}

const BROKEN: Answered = { status: 400, body: { code: 'invalid_request', detail: 'no' } };

let pages: Answered[];

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(document, { visibilityState: 'visible' });
  becomes(someone);
  pages = [page([summary('c', 3), summary('b', 2)], 'next')];
  browser.answer = ({ path }) =>
    path === '/api/videos'
      ? (pages.shift() ?? BROKEN)
      : { status: 200, body: { changes: [], cursor: '1', more: false, unfinished: 0 } };
  browser.reset();
  show({ search: '', status: null });
});
afterEach(() => {
  forgetList();
  becomes({ kind: 'signed-out', ended: false });
  jest.useRealTimers();
  Object.assign(document, { visibilityState: 'hidden' });
});

function ids(): string[] {
  return (videos.value ?? []).map(({ id }) => id);
}

function settled() {
  return jest.advanceTimersByTimeAsync(0);
}

test('what keeps the rest from coming is told apart, and loses nothing of what is there', async () => {
  await settled();
  readMore();
  await settled();
  expect([ids(), moreError.value?.code, listError.value]).toEqual([['c', 'b'], 'invalid_request', null]);
  pages = [page([summary('a', 1)], null)];
  readMore();
  await settled();
  expect([ids(), moreError.value, hasMore.value]).toEqual([['c', 'b', 'a'], null, false]);
});

test('looked at again after an hour, as much of it is read anew as was shown', async () => {
  await settled();
  pages = [page([summary('a', 1)], null)];
  readMore();
  await settled();
  browser.reset();
  lookAgain();
  await settled();
  expect(browser.asked).toEqual([]);
  const posterUrl = 'https://edge.example/v/c/poster.jpg?Signature=fresh';
  pages = [page([summary('c', 3, { posterUrl }), summary('b', 2)], 'next'), page([summary('a', 1)], null)];
  await jest.advanceTimersByTimeAsync(3_700_000);
  lookAgain();
  await settled();
  expect([ids(), videos.value?.[0]?.posterUrl]).toEqual([['c', 'b', 'a'], posterUrl]);
});
