import type { VNode } from 'preact';
import { SearchIcon, UploadIcon, FilmIcon } from '../icons/icons.tsx';
import { mayUpload } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { FileButton } from '../uploads/file-button.tsx';

export function EmptyLibrary(): VNode {
  return (
    <div class="empty">
      {mayUpload.value ? <UploadIcon /> : <FilmIcon />}
      <h2>{t.library.emptyTitle}</h2>
      <p>{mayUpload.value ? t.library.emptyText : t.library.emptyViewerText}</p>
      {mayUpload.value && <FileButton class="button button-primary button-large">{t.library.chooseFiles}</FileButton>}
    </div>
  );
}

/** @param searched whether there was a search, and not only a status filter */
export function NoMatches({ searched }: { searched: boolean }): VNode {
  return (
    <div class="empty">
      <SearchIcon />
      <h2>{searched ? t.library.noMatchTitle : t.library.noneOfStatusTitle}</h2>
      <p>{searched ? t.library.noMatchText : t.library.noneOfStatusText}</p>
      <a class="button" href="/">
        {t.library.showAll}
      </a>
    </div>
  );
}
