import { effect, signal } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import { toApiProblem } from '../api/api-problem.ts';
import { getChanges } from '../api/operations.ts';
import { session } from '../session/session.ts';
import { nextPollMs } from './poll-delay.ts';

type Listener = (changes: readonly Change[]) => void;

const listeners = new Set<Listener>();
const restarts = new Set<() => void>();

/** Whether files are being uploaded, which keeps the feed polling. Set by the upload list. */
export const uploading = signal(false);

let cursor: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The poll in progress. */
let polling: Promise<void> | null = null;
/** Whether data was shown without a cursor, so that the feed will not report changes made since. */
let mayHaveMissed = false;
let unfinished = 0;
let more = false;
let failures = 0;
let lastActionAt = Number.NEGATIVE_INFINITY;

function schedule(): void {
  clearTimeout(timer);
  timer = undefined;
  if (session.peek() === null || polling !== null) return;
  const wait = nextPollMs({
    visible: document.visibilityState === 'visible',
    unfinished,
    uploading: uploading.peek(),
    more,
    failures,
    sinceActionMs: performance.now() - lastActionAt,
  });
  if (wait !== null) timer = setTimeout(() => void poll(), wait);
}

async function pollOnce(): Promise<void> {
  try {
    const response = await getChanges(cursor);
    ({ cursor, more, unfinished } = response);
    failures = 0;
    if (response.changes.length > 0) for (const listener of listeners) listener(response.changes);
    if (mayHaveMissed) for (const restart of restarts) restart();
    mayHaveMissed = false;
  } catch (error) {
    failures++;
    // The API no longer knows the cursor: listeners must reload once there is a new one.
    if (toApiProblem(error).status === 400 && cursor !== null) {
      cursor = null;
      mayHaveMissed = true;
    }
  }
}

/** Polls the feed, or joins the poll in progress. */
function poll(): Promise<void> {
  if (session.peek() === null) return Promise.resolve();
  polling ??= pollOnce().finally(() => {
    polling = null;
    schedule();
  });
  return polling;
}

/**
 * Fetches a feed cursor if there is none. Await it before loading data for the first time, so that no change in between
 * is missed; if it fails, listeners reload later.
 */
export async function ensureFeedCursor(): Promise<void> {
  if (cursor !== null) return;
  await poll();
  if (cursor === null) mayHaveMissed = true;
}

/** Polls now and for the next few seconds, since an action may have changed videos. */
export function pollSoon(): void {
  lastActionAt = performance.now();
  failures = 0;
  clearTimeout(timer);
  void poll();
}

/** Reports a change that this page has made, which the feed itself reports some seconds later, and polls soon. */
export function reportOwnChange(change: Change): void {
  for (const listener of listeners) listener([change]);
  pollSoon();
}

/**
 * Subscribes to changes.
 *
 * @param restart called when changes may have been missed
 * @returns a function that unsubscribes
 */
export function onChanges(listener: Listener, restart?: () => void): (() => void) {
  listeners.add(listener);
  if (restart !== undefined) restarts.add(restart);
  return () => {
    listeners.delete(listener);
    if (restart !== undefined) restarts.delete(restart);
  };
}

function onPageShown(): void {
  // A returning user may have uploaded elsewhere, as in a terminal, which the feed reports some seconds later.
  if (document.visibilityState === 'visible') pollSoon();
}

/** Starts polling: whenever the page becomes visible, then as often as changes are expected. Call it once. */
export function startFeed(): void {
  document.addEventListener('visibilitychange', onPageShown);
  addEventListener('focus', onPageShown);
  addEventListener('online', onPageShown);
  effect(() => {
    // Read here, so that a sign-in and the start of an upload trigger the feed.
    const current = session.value;
    if (current === null) {
      cursor = null;
      mayHaveMissed = false;
      clearTimeout(timer);
    } else if (uploading.value || cursor === null) {
      void poll();
    }
  });
}
