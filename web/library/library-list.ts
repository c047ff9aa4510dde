import { batch, computed, signal, type Signal } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import type { VideoList, VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { toApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { listVideos } from '../api/operations.ts';
import { ensureFeedCursor, onChanges } from '../feed/feed.ts';
import { mergeChanges } from './merge-changes.ts';
import { statusesOf, type StatusFilter } from './status-filters.ts';

/** Search and filter of the library. */
interface LibraryQuery {
  readonly search: string;
  readonly status: StatusFilter | null;
}

/** Minimum validity of a received poster URL: at least two hours from its signature, of which one may have passed. */
const MIN_POSTER_VALIDITY_MS = 3_600_000;

/** URL of the most recently shown list, with its filters. */
export const lastListUrl = signal('/');

/** The loaded part of the list. It outlives the library page, so that returning shows the list as it was. */
const query = signal<LibraryQuery>({ search: '', status: null });
const nextCursor = signal<string | null>(null);
let activeLoad: AbortController | undefined;
let loadedAtMs = Number.NEGATIVE_INFINITY;
/** Changes that arrived while a page of the list was loading, and that it may not contain. */
let pendingChanges: Change[] = [];

/** Null until the first page of the list has loaded. */
export const listedVideos = signal<readonly VideoSummary[] | null>(null);
export const listError = signal<ApiProblemError | null>(null);
/** Error of loading further videos. */
export const moreError = signal<ApiProblemError | null>(null);
export const loadingMore = signal(false);
export const hasMore = computed(() => nextCursor.value !== null);

function apply(changes: readonly Change[]): void {
  if (listedVideos.value === null) return;
  const { search, status } = query.value;
  listedVideos.value = mergeChanges(listedVideos.value, changes, {
    search,
    statuses: statusesOf(status),
    hasMore: hasMore.value,
  });
}

/** Loads pages from a cursor until there are `count` videos, or no more. */
async function loadPages(cursor: string | null, count: number, aborted: AbortSignal): Promise<VideoList> {
  const { search, status } = query.value;
  const loaded: VideoSummary[] = [];
  let next = cursor;
  do {
    const page = await listVideos({ search, statuses: statusesOf(status) }, next, aborted);
    loaded.push(...page.videos);
    next = page.nextCursor;
  } while (next !== null && loaded.length < count);
  return { videos: loaded, nextCursor: next };
}

async function loadInto(cursor: string | null, count: number, error: Signal<ApiProblemError | null>): Promise<void> {
  activeLoad?.abort();
  const controller = new AbortController();
  activeLoad = controller;
  error.value = null;
  try {
    await ensureFeedCursor();
    if (controller.signal.aborted) return;
    const page = await loadPages(cursor, count, controller.signal);
    if (controller.signal.aborted) return;
    batch(() => {
      const before = cursor === null ? [] : (listedVideos.value ?? []);
      const known = new Set(before.map(({ id }) => id));
      listedVideos.value = [...before, ...page.videos.filter(({ id }) => !known.has(id))];
      nextCursor.value = page.nextCursor;
    });
    if (cursor === null) loadedAtMs = performance.now();
  } catch (reason) {
    if (!controller.signal.aborted) error.value = toApiProblem(reason);
  } finally {
    if (activeLoad === controller) {
      activeLoad = undefined;
      loadingMore.value = false;
      apply(pendingChanges.splice(0));
    }
  }
}

/** Reloads as many videos as are shown. */
export function reloadList(): void {
  loadingMore.value = false;
  moreError.value = null;
  void loadInto(null, listedVideos.value?.length ?? 0, listError);
}

/** Reloads the list when it becomes visible after the signatures of its posters may have expired. */
export function reloadIfStale(): void {
  const stale = performance.now() - loadedAtMs > MIN_POSTER_VALIDITY_MS;
  if (listedVideos.value !== null && stale && document.visibilityState === 'visible') reloadList();
}

/** Shows the list for a query, loading it unless it is already shown. */
export function showList(next: LibraryQuery): void {
  const same = next.search === query.value.search && next.status === query.value.status;
  if (same && listedVideos.value !== null) {
    reloadIfStale();
    return;
  }
  batch(() => {
    query.value = next;
    listedVideos.value = null;
    nextCursor.value = null;
  });
  reloadList();
}

export function loadMore(): void {
  if (loadingMore.value || nextCursor.value === null) return;
  loadingMore.value = true;
  void loadInto(nextCursor.value, 0, moreError);
}

/** Clears the list after a sign-out. */
export function clearList(): void {
  activeLoad?.abort();
  activeLoad = undefined;
  pendingChanges = [];
  listedVideos.value = null;
  query.value = { search: '', status: null };
}

onChanges((changes) => {
  if (activeLoad === undefined) apply(changes);
  else pendingChanges.push(...changes);
}, reloadList);
