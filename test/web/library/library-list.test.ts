import { browser, type StandInResponse } from '../../support/web/browser-stand-in.ts';
import type { VideoSummary } from '../../../lambdas/contracts/api/video.ts';
import {
  clearList,
  hasMore,
  listError,
  reloadIfStale,
  moreError,
  loadMore,
  showList,
  listedVideos,
} from '../../../web/library/library-list.ts';
import { videoSummary } from '../../support/web/videos.ts';
import { setSession, signedIn } from '../../support/web/session-states.ts';

function page(list: readonly VideoSummary[], nextCursor: string | null): StandInResponse {
  return {
    status: 200,
    body: { videos: list, nextCursor },
  };
}

const BROKEN: StandInResponse = { status: 400, body: { code: 'invalid_request', detail: 'no' } };

let pages: StandInResponse[];

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(document, { visibilityState: 'visible' });
  setSession(signedIn);
  pages = [page([videoSummary('c', 3), videoSummary('b', 2)], 'next')];
  browser.respond = ({ path }) =>
    path === '/api/videos'
      ? (pages.shift() ?? BROKEN)
      : { status: 200, body: { changes: [], cursor: '1', more: false, unfinished: 0 } };
  browser.reset();
  showList({ search: '', status: null });
});
afterEach(() => {
  clearList();
  setSession({ kind: 'signed-out', ended: false });
  jest.useRealTimers();
  Object.assign(document, { visibilityState: 'hidden' });
});

function ids(): string[] {
  return (listedVideos.value ?? []).map(({ id }) => id);
}

function settled() {
  return jest.advanceTimersByTimeAsync(0);
}

test('reports a failure to load more separately and keeps the videos shown', async () => {
  await settled();
  loadMore();
  await settled();
  expect([ids(), moreError.value?.code, listError.value]).toEqual([['c', 'b'], 'invalid_request', null]);
  pages = [page([videoSummary('a', 1)], null)];
  loadMore();
  await settled();
  expect([ids(), moreError.value, hasMore.value]).toEqual([['c', 'b', 'a'], null, false]);
});

test('reloads as many videos as were shown when visible again after an hour', async () => {
  await settled();
  pages = [page([videoSummary('a', 1)], null)];
  loadMore();
  await settled();
  browser.reset();
  reloadIfStale();
  await settled();
  expect(browser.requests).toEqual([]);
  const posterUrl = 'https://edge.example/v/c/poster.jpg?Signature=fresh';
  pages = [
    page([videoSummary('c', 3, { posterUrl }), videoSummary('b', 2)], 'next'),
    page([videoSummary('a', 1)], null),
  ];
  await jest.advanceTimersByTimeAsync(3_700_000);
  reloadIfStale();
  await settled();
  expect([ids(), listedVideos.value?.[0]?.posterUrl]).toEqual([['c', 'b', 'a'], posterUrl]);
});
