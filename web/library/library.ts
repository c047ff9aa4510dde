import { batch, computed, signal } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { asApiError, type ApiError } from '../api/problem.ts';
import { listVideos } from '../api/videos.ts';
import { feedStands, onChanges } from '../feed/feed.ts';
import { mergeChanges } from '../feed/merge.ts';
import { statusesOf, type StatusFilter } from './status-filters.ts';

/** What is looked for. */
export interface LibraryQuery {
  readonly search: string;
  readonly status: StatusFilter | null;
}

/** The list as far as it was read; it outlives the page, so that coming back to it shows it where it was. */
const query = signal<LibraryQuery>({ search: '', status: null });
const nextCursor = signal<string | null>(null);
let reading: AbortController | undefined;
/** What changed while a page was being read, which may have been read before it. */
let heldBack: Change[] = [];

/** Null until the first page of the list has come. */
export const videos = signal<readonly VideoSummary[] | null>(null);
export const listError = signal<ApiError | null>(null);
export const readingMore = signal(false);
export const hasMore = computed(() => nextCursor.value !== null);

const apply = (changes: readonly Change[]): void => {
  if (videos.value === null) return;
  const { search, status } = query.value;
  videos.value = mergeChanges(videos.value, changes, { search, statuses: statusesOf(status), hasMore: hasMore.value });
};

const read = async (wanted: LibraryQuery, cursor: string | null): Promise<void> => {
  reading?.abort();
  const mine = new AbortController();
  reading = mine;
  listError.value = null;
  try {
    await feedStands();
    const page = await listVideos({ search: wanted.search, statuses: statusesOf(wanted.status) }, cursor, mine.signal);
    if (mine.signal.aborted) return;
    batch(() => {
      const before = cursor === null ? [] : (videos.value ?? []);
      const known = new Set(before.map(({ id }) => id));
      videos.value = [...before, ...page.videos.filter(({ id }) => !known.has(id))];
      nextCursor.value = page.nextCursor;
    });
  } catch (error) {
    if (!mine.signal.aborted) listError.value = asApiError(error);
  } finally {
    if (reading === mine) {
      reading = undefined;
      readingMore.value = false;
      apply(heldBack.splice(0));
    }
  }
};

/** Shows what was asked for; what is shown already is not read again. */
export const show = (wanted: LibraryQuery): void => {
  const same = wanted.search === query.value.search && wanted.status === query.value.status;
  if (same && videos.value !== null) return;
  batch(() => {
    query.value = wanted;
    videos.value = null;
    nextCursor.value = null;
    readingMore.value = false;
  });
  void read(wanted, null);
};

export const readAgain = (): void => {
  readingMore.value = false;
  void read(query.value, null);
};

export const readMore = (): void => {
  if (readingMore.value || nextCursor.value === null) return;
  readingMore.value = true;
  void read(query.value, nextCursor.value);
};

/** Somebody else's list is not this one. */
export const forgetList = (): void => {
  reading?.abort();
  reading = undefined;
  heldBack = [];
  videos.value = null;
  query.value = { search: '', status: null };
};

onChanges((changes) => {
  if (reading === undefined) apply(changes);
  else heldBack.push(...changes);
}, readAgain);
