import type { VideoSummary } from '../../../lambdas/contracts/api/video.ts';
import { mergeChanges, type ListFilter } from '../../../web/library/merge-changes.ts';
import { markPosterFailed } from '../../../web/video/choose-newer-video.ts';
import { videoSummary as video } from '../../support/web/videos.ts';

const noFilter: ListFilter = { search: '', statuses: [], hasMore: false };

function ids(videos: readonly VideoSummary[]): string[] {
  return videos.map(({ id }) => id);
}

const later = '2026-03-20T14:00:00.000Z';

describe('mergeChanges', () => {
  const list = [video('c', 3), video('b', 2)];

  test('inserts a new video by its creation time', () => {
    expect(ids(mergeChanges(list, [{ videoId: 'd', video: video('d', 4) }], noFilter))).toEqual(['d', 'c', 'b']);
    expect(ids(mergeChanges(list, [{ videoId: 'a', video: video('a', 1) }], noFilter))).toEqual(['c', 'b', 'a']);
  });

  test('ignores a video older than the loaded pages', () => {
    const shown = { ...noFilter, hasMore: true };
    expect(mergeChanges(list, [{ videoId: 'a', video: video('a', 1) }], shown)).toBe(list);
  });

  test('removes a deleted video and ignores one that is not shown', () => {
    expect(ids(mergeChanges(list, [{ videoId: 'c', video: null }], noFilter))).toEqual(['b']);
    expect(mergeChanges(list, [{ videoId: 'x', video: null }], noFilter)).toBe(list);
  });

  test('removes a video that no longer matches the filter and adds one that now does', () => {
    const failed = { ...noFilter, statuses: ['rejected', 'failed'] as const };
    const changed = video('c', 3, { status: 'failed', changedAt: later });
    expect(ids(mergeChanges([], [{ videoId: 'c', video: changed }], failed))).toEqual(['c']);
    expect(mergeChanges([changed], [{ videoId: 'c', video: video('c', 3, { changedAt: later }) }], failed)).toEqual([]);
  });

  test('adds a new video to a search only if all words match, ignoring case', () => {
    const named = { videoId: 'd', video: video('d', 4, { title: 'Flood gate THREE' }) };
    expect(ids(mergeChanges([], [named], { ...noFilter, search: 'three flood' }))).toEqual(['d']);
    expect(mergeChanges([], [named], { ...noFilter, search: 'flood four' })).toEqual([]);
  });

  test.each([
    ['Große Straße', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['ISPARTA', 'ısparta'],
    ['강의'.normalize('NFD'), '강의'],
    ['ＬＩＶＥ', 'live'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
  ])('keeps the title %j in a search for %j, as the API does', (title, search) => {
    const named = { videoId: 'd', video: video('d', 4, { title }) };
    expect(ids(mergeChanges([], [named], { ...noFilter, search }))).toEqual(['d']);
  });

  test('ignores a change older than the video shown', () => {
    const now = [video('c', 3, { status: 'ready', changedAt: later })];
    const [shown] = mergeChanges(now, [{ videoId: 'c', video: video('c', 3, { status: 'processing' }) }], noFilter);
    expect(shown?.status).toBe('ready');
  });

  test('keeps a poster with a renewed signature while it loads and replaces it by another poster', () => {
    const before = [video('c', 3, { posterUrl: 'https://edge/v/c/1/poster.jpg?Signature=old' })];
    const change = (posterUrl: string) => [{ videoId: 'c', video: video('c', 3, { posterUrl, changedAt: later }) }];
    const poster = (posterUrl: string) => mergeChanges(before, change(posterUrl), noFilter)[0]?.posterUrl;
    expect(poster('https://edge/v/c/1/poster.jpg?Signature=new')).toContain('old');
    expect(poster('https://edge/v/c/2/poster.jpg?Signature=new')).toContain('/c/2/');
    markPosterFailed('https://edge/v/c/1/poster.jpg?Signature=old');
    expect(poster('https://edge/v/c/1/poster.jpg?Signature=new')).toContain('new');
  });
});
