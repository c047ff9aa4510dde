import { useEffect } from 'preact/hooks';
import { t } from '../texts/texts.ts';

/** Of the window; null while it is not known yet. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    if (title !== null) document.title = title === t.appName ? title : `${title} · ${t.appName}`;
  }, [title]);
}
