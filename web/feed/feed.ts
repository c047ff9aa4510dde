import { effect, signal } from '@preact/signals';
import type { Change } from '../../lambdas/contracts/api/change.ts';
import { asApiError } from '../api/problem.ts';
import { getChanges } from '../api/videos.ts';
import { session } from '../session/session.ts';
import { nextAskMs } from './cadence.ts';

type Listener = (changes: readonly Change[]) => void;

const listeners = new Set<Listener>();
const restarts = new Set<() => void>();

/** Set by the uploads: while files are being sent, changes are looked for. */
export const uploading = signal(false);

let cursor: string | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking = false;
let unfinished = 0;
let more = false;
let failures = 0;
let lastActionAt = Number.NEGATIVE_INFINITY;

const schedule = (): void => {
  clearTimeout(timer);
  timer = undefined;
  if (session.peek() === null || asking) return;
  const wait = nextAskMs({
    visible: document.visibilityState === 'visible',
    unfinished,
    uploading: uploading.peek(),
    more,
    failures,
    sinceActionMs: performance.now() - lastActionAt,
  });
  if (wait !== null) timer = setTimeout(() => void askForChanges(), wait);
};

/** A cursor that the API no longer knows: what was missed can only be read anew. */
const beginAnew = (): void => {
  cursor = null;
  for (const restart of restarts) restart();
};

const askForChanges = async (): Promise<void> => {
  if (asking || session.peek() === null) return;
  asking = true;
  try {
    const answer = await getChanges(cursor);
    ({ cursor, more, unfinished } = answer);
    failures = 0;
    if (answer.changes.length > 0) for (const listener of listeners) listener(answer.changes);
  } catch (error) {
    failures++;
    if (asApiError(error).status === 400 && cursor !== null) beginAnew();
  } finally {
    asking = false;
    schedule();
  }
};

/**
 * Learns where the feed stands, if that is not known yet. To be awaited before a list is read for the first time, so
 * that what changes between the two is not missed.
 */
export const feedStands = async (): Promise<void> => {
  if (cursor === null) await askForChanges();
};

/** Looks now, and for some seconds on: something was done here that will change videos. */
export const wakeFeed = (): void => {
  lastActionAt = performance.now();
  failures = 0;
  clearTimeout(timer);
  void askForChanges();
};

/** @returns what ends the listening */
export const onChanges = (listener: Listener, restart?: () => void): (() => void) => {
  listeners.add(listener);
  if (restart !== undefined) restarts.add(restart);
  return () => {
    listeners.delete(listener);
    if (restart !== undefined) restarts.delete(restart);
  };
};

const lookAgain = (): void => {
  if (document.visibilityState === 'visible') {
    failures = 0;
    void askForChanges();
  }
};

/** To be called once. Asks whenever the page is looked at again, and then as often as there is something to expect. */
export const startFeed = (): void => {
  document.addEventListener('visibilitychange', lookAgain);
  addEventListener('focus', lookAgain);
  addEventListener('online', lookAgain);
  effect(() => {
    // Read here, so that signing in and the begin of an upload set the feed going.
    const someone = session.value;
    if (someone === null) {
      cursor = null;
      clearTimeout(timer);
    } else if (uploading.value || cursor === null) {
      void askForChanges();
    }
  });
};
