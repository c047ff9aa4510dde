import { readStored, removeStored, writeStored } from '../shell/local-storage.ts';

/** A place in a video: its id and the seconds from its start. */
type Position = readonly [videoId: string, seconds: number];

const KEY = 'sluice.positions';
/** Number of videos whose place is kept, those watched last. */
const MAX_POSITIONS = 100;
/** A place this close to the start is not worth keeping. */
const MIN_SECONDS = 5;
/** A video counts as watched when no more than this is left, or no more than a twentieth of a shorter one. */
const MAX_REST_SECONDS = 10;

function isPosition(entry: unknown): entry is Position {
  return Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1]) && entry[1] > 0;
}

function read(): readonly Position[] {
  try {
    const entries: unknown = JSON.parse(readStored(KEY) ?? '[]');
    return Array.isArray(entries) ? entries.filter(isPosition) : [];
  } catch {
    return [];
  }
}

/** Returns the seconds at which the user stopped watching a video in this browser; null if there is no such place. */
export function loadPosition(videoId: string): number | null {
  return read().findLast(([id]) => id === videoId)?.[1] ?? null;
}

/** Keeps the place in a video, or forgets it near the start and at the end. Has no effect if storage is full or blocked. */
export function savePosition(videoId: string, seconds: number, durationSeconds: number): void {
  if (!(durationSeconds > 0)) return;
  const others = read().filter(([id]) => id !== videoId);
  const isWatched = durationSeconds - seconds <= Math.min(MAX_REST_SECONDS, durationSeconds / 20);
  const kept: readonly Position[] =
    seconds < MIN_SECONDS || isWatched ? others : [...others, [videoId, Math.floor(seconds * 10) / 10]];
  if (kept.length === 0) removeStored(KEY);
  else writeStored(KEY, JSON.stringify(kept.slice(-MAX_POSITIONS)));
}
