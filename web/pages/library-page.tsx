import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { LibraryFilters } from '../library/library-filters.tsx';
import { EmptyLibrary, NoMatches } from '../library/empty-library.tsx';
import {
  hasMore,
  lastListUrl,
  listError,
  reloadIfStale,
  reloadList,
  showList,
  listedVideos,
} from '../library/library-list.ts';
import { libraryUrl } from '../library/library-url.ts';
import { STATUS_FILTERS } from '../library/status-filters.ts';
import { SkeletonGrid, VideoGrid } from '../library/video-grid.tsx';
import { session, sessionState, retrySession } from '../session/session.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { ErrorPanel } from '../shell/error-panel.tsx';
import { t } from '../texts/texts.ts';
import { WelcomePage } from './welcome-page.tsx';

/** All videos that the user may see. Search and filter are in the URL, so that the back button restores them. */
function Library(): VNode {
  const { path, query } = useLocation();
  const search = query['search'] ?? '';
  const status = STATUS_FILTERS.find((known) => known === query['status']) ?? null;
  const user = session.value;
  usePageTitle(t.library.title);
  useEffect(() => {
    if (user !== null) showList({ search, status });
  }, [user, search, status]);
  useEffect(() => {
    // Not the URL as the router has it, which may be `//other.example/`: that is another site once it stands in a link.
    if (path === '/') lastListUrl.value = libraryUrl(search, status);
  }, [path, search, status]);
  useEffect(() => {
    document.addEventListener('visibilitychange', reloadIfStale);
    return () => document.removeEventListener('visibilitychange', reloadIfStale);
  }, []);
  const filtered = search !== '' || status !== null;
  const isEmpty = listedVideos.value?.length === 0 && !hasMore.value;
  return (
    <div class="page">
      <div class="library-head">
        <h1>{t.library.title}</h1>
        <LibraryFilters search={search} status={status} />
      </div>
      {listError.value !== null && <ErrorPanel error={listError.value} onRetry={reloadList} />}
      {listedVideos.value === null && listError.value === null && <SkeletonGrid />}
      {listedVideos.value !== null && !isEmpty && <VideoGrid />}
      {isEmpty && listError.value === null && (filtered ? <NoMatches searched={search !== ''} /> : <EmptyLibrary />)}
    </div>
  );
}

export function LibraryPage(): VNode {
  const state = sessionState.value;
  if (state.kind === 'signed-out') return <WelcomePage />;
  if (state.kind === 'unknown') {
    return (
      <div class="page">
        <ErrorPanel error={state.error} onRetry={() => void retrySession()} />
      </div>
    );
  }
  return <Library />;
}
