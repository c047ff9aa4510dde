import { useEffect } from 'preact/hooks';
import { t } from '../texts/texts.ts';

/** Sets the title of the window; null leaves it unchanged. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    if (title !== null) document.title = title === t.appName ? title : `${title} · ${t.appName}`;
  }, [title]);
}
