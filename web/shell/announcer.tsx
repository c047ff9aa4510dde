import { signal } from '@preact/signals';
import type { VNode } from 'preact';

const news = signal('');

/** Says something to screen readers when they are done with what they are saying. */
export const announce = (text: string): void => {
  // The same words twice are no change, and would not be read again.
  news.value = news.value === text ? `${text}\u00a0` : text;
};

export const Announcer = (): VNode => (
  <div class="visually-hidden" role="status" aria-live="polite">
    {news}
  </div>
);
