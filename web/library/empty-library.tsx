import type { VNode } from 'preact';
import { SearchIcon, UploadIcon, FilmIcon } from '../icons/icons.tsx';
import { mayUpload } from '../session/session.ts';
import { t } from '../texts/texts.ts';
import { FileButton } from '../uploads/file-button.tsx';

export const EmptyLibrary = (): VNode => (
  <div class="empty">
    {mayUpload.value ? <UploadIcon /> : <FilmIcon />}
    <h2>{t.library.emptyTitle}</h2>
    <p>{mayUpload.value ? t.library.emptyText : t.library.emptyViewerText}</p>
    {mayUpload.value && <FileButton class="button button-primary button-large">{t.library.chooseFiles}</FileButton>}
  </div>
);

export const NothingMatches = (): VNode => (
  <div class="empty">
    <SearchIcon />
    <h2>{t.library.noMatchTitle}</h2>
    <p>{t.library.noMatchText}</p>
    <a class="button" href="/">
      {t.library.showAll}
    </a>
  </div>
);
