import type { ComponentChildren, VNode } from 'preact';
import { lastList } from '../library/last-list.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { t } from '../texts/texts.ts';

interface GoneProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ComponentChildren;
}

/** Something that is not, or no longer, here. */
export function Gone({ title, text, children }: GoneProps): VNode {
  usePageTitle(title);
  return (
    <div class="welcome">
      <h1>{title}</h1>
      <p>{text}</p>
      <div class="actions">
        {children}
        <a class="button" href={lastList.value}>
          {t.notFound.toLibrary}
        </a>
      </div>
    </div>
  );
}
