import { signal } from '@preact/signals';

interface Announcement {
  /** So that the same words twice are two pieces, and are read twice. */
  readonly key: number;
  readonly text: string;
}

/** Long enough for a screen reader to have taken it up; what is gone by then is read all the same. */
const SHOWN_MS = 10_000;

let count = 0;

/** What was announced lately, oldest first. */
export const announcements = signal<readonly Announcement[]>([]);

/** Says something to screen readers when they are done with what they are saying. */
export function announce(text: string): void {
  const piece = { key: count++, text };
  announcements.value = [...announcements.value, piece];
  setTimeout(() => {
    announcements.value = announcements.value.filter((other) => other !== piece);
  }, SHOWN_MS);
}
