import { batch, computed, signal, type Signal } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import type { VideoList, VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { asApiProblem, type ApiProblemError } from '../api/api-problem.ts';
import { listVideos } from '../api/operations.ts';
import { ensureFeedCursor, onChanges } from '../feed/feed.ts';
import { mergeChanges } from './merge-changes.ts';
import { statusesOf, type StatusFilter } from './status-filters.ts';

/** What is looked for. */
export interface LibraryQuery {
  readonly search: string;
  readonly status: StatusFilter | null;
}

/** Posters are signed for two hours at least, but may be handed out when an hour of that is over. */
const MIN_POSTER_VALIDITY_MS = 3_600_000;

/** URL of the list that was shown last, with its filters. */
export const lastListUrl = signal('/');

/** The list as far as it was read; it outlives the page, so that coming back to it shows it where it was. */
const query = signal<LibraryQuery>({ search: '', status: null });
const nextCursor = signal<string | null>(null);
let loading: AbortController | undefined;
let loadedAtMs = Number.NEGATIVE_INFINITY;
/** What changed while a page was being read, which may have been read before it. */
let pendingChanges: Change[] = [];

/** Null until the first page of the list has come. */
export const videos = signal<readonly VideoSummary[] | null>(null);
export const listError = signal<ApiProblemError | null>(null);
/** Of what was to follow the videos that are shown. */
export const moreError = signal<ApiProblemError | null>(null);
export const loadingMore = signal(false);
export const hasMore = computed(() => nextCursor.value !== null);

function apply(changes: readonly Change[]): void {
  if (videos.value === null) return;
  const { search, status } = query.value;
  videos.value = mergeChanges(videos.value, changes, { search, statuses: statusesOf(status), hasMore: hasMore.value });
}

/** Reads on from a cursor until as many have come as are wanted, or there are no more. */
async function loadPages(cursor: string | null, count: number, aborted: AbortSignal): Promise<VideoList> {
  const { search, status } = query.value;
  const read: VideoSummary[] = [];
  let next = cursor;
  do {
    const page = await listVideos({ search, statuses: statusesOf(status) }, next, aborted);
    read.push(...page.videos);
    next = page.nextCursor;
  } while (next !== null && read.length < count);
  return { videos: read, nextCursor: next };
}

async function loadInto(cursor: string | null, count: number, error: Signal<ApiProblemError | null>): Promise<void> {
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  error.value = null;
  try {
    await ensureFeedCursor();
    if (mine.signal.aborted) return;
    const page = await loadPages(cursor, count, mine.signal);
    if (mine.signal.aborted) return;
    batch(() => {
      const before = cursor === null ? [] : (videos.value ?? []);
      const known = new Set(before.map(({ id }) => id));
      videos.value = [...before, ...page.videos.filter(({ id }) => !known.has(id))];
      nextCursor.value = page.nextCursor;
    });
    if (cursor === null) loadedAtMs = performance.now();
  } catch (reason) {
    if (!mine.signal.aborted) error.value = asApiProblem(reason);
  } finally {
    if (loading === mine) {
      loading = undefined;
      loadingMore.value = false;
      apply(pendingChanges.splice(0));
    }
  }
}

/** Reads as much of the list as is shown. */
export function reloadList(): void {
  loadingMore.value = false;
  moreError.value = null;
  void loadInto(null, videos.value?.length ?? 0, listError);
}

/** To be called when the list is looked at again, after its posters' signatures may have expired too. */
export function reloadIfStale(): void {
  const old = performance.now() - loadedAtMs > MIN_POSTER_VALIDITY_MS;
  if (videos.value !== null && old && document.visibilityState === 'visible') reloadList();
}

/** Shows what was asked for; what is shown already is not read again. */
export function showList(wanted: LibraryQuery): void {
  const same = wanted.search === query.value.search && wanted.status === query.value.status;
  if (same && videos.value !== null) {
    reloadIfStale();
    return;
  }
  batch(() => {
    query.value = wanted;
    videos.value = null;
    nextCursor.value = null;
  });
  reloadList();
}

export function loadMore(): void {
  if (loadingMore.value || nextCursor.value === null) return;
  loadingMore.value = true;
  void loadInto(nextCursor.value, 0, moreError);
}

/** Somebody else's list is not this one. */
export function clearList(): void {
  loading?.abort();
  loading = undefined;
  pendingChanges = [];
  videos.value = null;
  query.value = { search: '', status: null };
}

onChanges((changes) => {
  if (loading === undefined) apply(changes);
  else pendingChanges.push(...changes);
}, reloadList);
