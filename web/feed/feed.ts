import { effect, signal } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import { asApiProblem } from '../api/api-problem.ts';
import { getChanges } from '../api/operations.ts';
import { session } from '../session/session.ts';
import { nextPollMs } from './poll-delay.ts';

type Listener = (changes: readonly Change[]) => void;

const listeners = new Set<Listener>();
const restarts = new Set<() => void>();

/** Set by the uploads: while files are being sent, changes are looked for. */
export const uploading = signal(false);

let cursor: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The question that is under way. */
let polling: Promise<void> | null = null;
/** Something was shown while it was not known where the feed stood: what changed meanwhile is not told of any more. */
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
    const answer = await getChanges(cursor);
    ({ cursor, more, unfinished } = answer);
    failures = 0;
    if (answer.changes.length > 0) for (const listener of listeners) listener(answer.changes);
    if (mayHaveMissed) for (const restart of restarts) restart();
    mayHaveMissed = false;
  } catch (error) {
    failures++;
    // A cursor that the API no longer knows: what came since can only be read anew, once there is another one.
    if (asApiProblem(error).status === 400 && cursor !== null) {
      cursor = null;
      mayHaveMissed = true;
    }
  }
}

/** Joins the question that is under way, if there is one. */
function poll(): Promise<void> {
  if (session.peek() === null) return Promise.resolve();
  polling ??= pollOnce().finally(() => {
    polling = null;
    schedule();
  });
  return polling;
}

/**
 * Learns where the feed stands, if that is not known yet. To be awaited before a list is read for the first time, so
 * that what changes between the two is not missed; where that cannot be learned, what is shown is read anew later.
 */
export async function ensureFeedCursor(): Promise<void> {
  if (cursor !== null) return;
  await poll();
  if (cursor === null) mayHaveMissed = true;
}

/** Looks now, and for some seconds on: something may have been done that changes videos. */
export function pollSoon(): void {
  lastActionAt = performance.now();
  failures = 0;
  clearTimeout(timer);
  void poll();
}

/** @returns what ends the listening */
export function onChanges(listener: Listener, restart?: () => void): (() => void) {
  listeners.add(listener);
  if (restart !== undefined) restarts.add(restart);
  return () => {
    listeners.delete(listener);
    if (restart !== undefined) restarts.delete(restart);
  };
}

function onPageShown(): void {
  // Whoever comes back may have uploaded elsewhere, in a terminal say: that shows some seconds later.
  if (document.visibilityState === 'visible') pollSoon();
}

/** To be called once. Asks whenever the page is looked at again, and then as often as there is something to expect. */
export function startFeed(): void {
  document.addEventListener('visibilitychange', onPageShown);
  addEventListener('focus', onPageShown);
  addEventListener('online', onPageShown);
  effect(() => {
    // Read here, so that signing in and the begin of an upload set the feed going.
    const someone = session.value;
    if (someone === null) {
      cursor = null;
      mayHaveMissed = false;
      clearTimeout(timer);
    } else if (uploading.value || cursor === null) {
      void poll();
    }
  });
}
