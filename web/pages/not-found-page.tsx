import type { ComponentChildren, VNode } from 'preact';
import { lastListUrl } from '../library/library-list.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { t } from '../texts/texts.ts';

interface NotFoundProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ComponentChildren;
}

/** Message that a page or video does not exist. */
export function NotFound({ title, text, children }: NotFoundProps): VNode {
  usePageTitle(title);
  return (
    <div class="welcome">
      <h1>{title}</h1>
      <p>{text}</p>
      <div class="actions">
        {children}
        <a class="button" href={lastListUrl.value}>
          {t.notFound.toLibrary}
        </a>
      </div>
    </div>
  );
}

export function NotFoundPage(): VNode {
  return <NotFound title={t.notFound.title} text={t.notFound.text} />;
}
