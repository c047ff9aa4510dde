import { signal } from '@preact/signals';

interface Announcement {
  /** Key that makes equal texts distinct, so that each is read. */
  readonly key: number;
  readonly text: string;
}

/** Long enough for a screen reader to pick up the text; it is read to the end even after it is removed. */
const SHOWN_MS = 10_000;

let count = 0;

/** Recent announcements, oldest first. */
export const announcements = signal<readonly Announcement[]>([]);

/** Announces a text to screen readers, after what they are reading. */
export function announce(text: string): void {
  const announcement = { key: count++, text };
  announcements.value = [...announcements.value, announcement];
  setTimeout(() => {
    announcements.value = announcements.value.filter((other) => other !== announcement);
  }, SHOWN_MS);
}
