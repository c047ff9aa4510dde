import type { VNode } from 'preact';
import { catalogWaking } from '../api/request.ts';
import { t } from '../texts/texts.ts';
import { online } from './online.ts';

/** What is the matter with everything, in one line below the header. */
export const Notices = (): VNode => (
  <div class="notices" role="status">
    {!online.value && <p class="notice">{t.trouble.offline}</p>}
    {online.value && catalogWaking.value && <p class="notice">{t.trouble.waking}</p>}
  </div>
);
