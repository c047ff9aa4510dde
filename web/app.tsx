import { effect } from '@preact/signals';
import { LocationProvider, Route, Router } from 'preact-iso';
import type { VNode } from 'preact';
import { startFeed } from './feed/feed.ts';
import { clearList } from './library/library-list.ts';
import { LibraryPage } from './pages/library-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { SignedInPage } from './pages/signed-in-page.tsx';
import { VideoDetailPage } from './pages/video-detail-page.tsx';
import { session, startSession } from './session/session.ts';
import { Announcer } from './shell/announcer.tsx';
import { Header } from './shell/header.tsx';
import { Notices } from './shell/notices.tsx';
import { t } from './texts/texts.ts';
import { DropZone } from './uploads/drop-zone.tsx';
import { UploadTray } from './uploads/upload-tray.tsx';
import { startUploads } from './uploads/upload-list.ts';

/** Starts the services behind the pages. Call it once, before the first render. */
export function startApp(): void {
  startFeed();
  startUploads();
  effect(() => {
    if (session.value === null) clearList();
  });
  void startSession();
}

/** Moves the focus to the start of the new page, for users who cannot see that it has changed. */
function moveFocus(): void {
  return document.getElementById('content')?.focus({ preventScroll: true });
}

export function App(): VNode {
  return (
    <LocationProvider>
      <a class="skip-link" href="#content">
        {t.skipToContent}
      </a>
      <Header />
      <Notices />
      <main id="content" tabIndex={-1}>
        <Router onRouteChange={moveFocus}>
          <Route path="/" component={LibraryPage} />
          <Route path="/videos/:id" component={VideoDetailPage} />
          <Route path="/signed-in" component={SignedInPage} />
          <Route default component={NotFoundPage} />
        </Router>
      </main>
      <UploadTray />
      <DropZone />
      <Announcer />
    </LocationProvider>
  );
}
