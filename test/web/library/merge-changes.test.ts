import type { VideoSummary } from '../../../lambdas/contracts/api/video.ts';
import { nextPollMs, type FeedState } from '../../../web/feed/poll-delay.ts';
import { mergeChanges, type ListFilter } from '../../../web/library/merge-changes.ts';
import { markPosterFailed } from '../../../web/video/newer-video.ts';
import { videoSummary as video } from '../../support/web/videos.ts';

const quiet: FeedState = {
  visible: true,
  unfinished: 0,
  uploading: false,
  more: false,
  failures: 0,
  sinceActionMs: Number.POSITIVE_INFINITY,
};

describe('how often the change feed is asked', () => {
  test('never while nothing is unfinished, nor while nobody looks', () => {
    expect(nextPollMs(quiet)).toBeNull();
    expect(nextPollMs({ ...quiet, visible: false, unfinished: 3, uploading: true, more: true })).toBeNull();
  });

  test.each([{ unfinished: 1 }, { uploading: true }, { sinceActionMs: 500 }])('each second with %j', (busy) => {
    expect(nextPollMs({ ...quiet, ...busy })).toBe(1000);
  });

  test('at once when the last answer did not hold everything', () => {
    expect(nextPollMs({ ...quiet, more: true })).toBe(0);
  });

  test('ever more seldom while it fails, but never given up', () => {
    const waits = [1, 2, 3, 20].map((failures) => nextPollMs({ ...quiet, unfinished: 1, failures }));
    expect(waits).toEqual([2000, 4000, 8000, 30_000]);
  });
});

const everything: ListFilter = { search: '', statuses: [], hasMore: false };

function ids(videos: readonly VideoSummary[]): string[] {
  return videos.map(({ id }) => id);
}

const later = '2026-03-20T14:00:00.000Z';

describe('changes merged into the list', () => {
  const list = [video('c', 3), video('b', 2)];

  test('a new video comes where its time puts it', () => {
    expect(ids(mergeChanges(list, [{ videoId: 'd', video: video('d', 4) }], everything))).toEqual(['d', 'c', 'b']);
    expect(ids(mergeChanges(list, [{ videoId: 'a', video: video('a', 1) }], everything))).toEqual(['c', 'b', 'a']);
  });

  test('one that is older than what has been read waits for its page', () => {
    const shown = { ...everything, hasMore: true };
    expect(mergeChanges(list, [{ videoId: 'a', video: video('a', 1) }], shown)).toBe(list);
  });

  test('a deleted one leaves, and one that is not shown changes nothing', () => {
    expect(ids(mergeChanges(list, [{ videoId: 'c', video: null }], everything))).toEqual(['b']);
    expect(mergeChanges(list, [{ videoId: 'x', video: null }], everything)).toBe(list);
  });

  test('what no longer belongs to what was asked for leaves, and what now does comes', () => {
    const failed = { ...everything, statuses: ['rejected', 'failed'] as const };
    const changed = video('c', 3, { status: 'failed', changedAt: later });
    expect(ids(mergeChanges([], [{ videoId: 'c', video: changed }], failed))).toEqual(['c']);
    expect(mergeChanges([changed], [{ videoId: 'c', video: video('c', 3, { changedAt: later }) }], failed)).toEqual([]);
  });

  test('a search takes in a new video only with all its words, in any case', () => {
    const named = { videoId: 'd', video: video('d', 4, { title: 'Flood gate THREE' }) };
    expect(ids(mergeChanges([], [named], { ...everything, search: 'three flood' }))).toEqual(['d']);
    expect(mergeChanges([], [named], { ...everything, search: 'flood four' })).toEqual([]);
  });

  test('an answer that was overtaken does not put a video back to what it was', () => {
    const now = [video('c', 3, { status: 'ready', changedAt: later })];
    const [shown] = mergeChanges(now, [{ videoId: 'c', video: video('c', 3, { status: 'processing' }) }], everything);
    expect(shown?.status).toBe('ready');
  });

  test('a poster that was only signed anew stays while it can be loaded, another one replaces it', () => {
    const before = [video('c', 3, { posterUrl: 'https://edge/v/c/1/poster.jpg?Signature=old' })];
    const change = (posterUrl: string) => [{ videoId: 'c', video: video('c', 3, { posterUrl, changedAt: later }) }];
    const poster = (posterUrl: string) => mergeChanges(before, change(posterUrl), everything)[0]?.posterUrl;
    expect(poster('https://edge/v/c/1/poster.jpg?Signature=new')).toContain('old');
    expect(poster('https://edge/v/c/2/poster.jpg?Signature=new')).toContain('/c/2/');
    markPosterFailed('https://edge/v/c/1/poster.jpg?Signature=old');
    expect(poster('https://edge/v/c/1/poster.jpg?Signature=new')).toContain('new');
  });
});
