import type { VNode } from 'preact';
import { announcements } from './announcements.ts';

/** Live region for screen readers. Each announcement has its own paragraph, so that none replaces another. */
export function Announcer(): VNode {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {announcements.value.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
