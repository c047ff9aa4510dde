import type { VNode } from 'preact';
import { announcements } from './announcements.ts';

/** Reads out what is announced: each piece stands in its own paragraph, so that none takes another's place. */
export function Announcer(): VNode {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {announcements.value.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
