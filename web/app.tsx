import { effect } from '@preact/signals';
import { LocationProvider, Route, Router } from 'preact-iso';
import type { ComponentChildren, VNode } from 'preact';
import { startServerClock } from './api/server-clock.ts';
import { startFeed } from './feed/feed.ts';
import { clearList } from './library/library-list.ts';
import { LibraryPage } from './pages/library-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { SignedInPage } from './pages/signed-in-page.tsx';
import { VideoDetailPage } from './pages/video-detail-page.tsx';
import { session, startSession } from './session/session.ts';
import { Announcer } from './shell/announcer.tsx';
import { Header } from './shell/header.tsx';
import { dismissSeenMessages } from './shell/messages.ts';
import { Notices } from './shell/notices.tsx';
import { toSitePath } from './shell/site-path.ts';
import { ShortcutsDialog } from './shell/shortcuts-dialog.tsx';
import { t } from './texts/texts.ts';
import { DropZone } from './uploads/drop-zone.tsx';
import { UploadTray } from './uploads/upload-tray.tsx';
import { startUploads } from './uploads/upload-list.ts';

/** Starts the services behind the pages. Call it once, before the first render. */
export function startApp(): void {
  startServerClock();
  startFeed();
  startUploads();
  effect(() => {
    if (session.value === null) clearList();
  });
  void startSession();
}

/** Moves the focus to the start of the new page, for users who cannot see that it has changed. */
function moveFocus(): void {
  document.getElementById('content')?.focus({ preventScroll: true });
}

function onRouteChange(): void {
  dismissSeenMessages();
  moveFocus();
}

/** Page header, notices and uploads around the content of a page. */
function Frame({ children }: { readonly children: ComponentChildren }): VNode {
  return (
    <>
      <a class="skip-link" href="#content">
        {t.skipToContent}
      </a>
      <Header />
      <Notices />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <UploadTray />
      <DropZone />
      <Announcer />
      <ShortcutsDialog />
    </>
  );
}

export function App(): VNode {
  return (
    <LocationProvider>
      <Frame>
        <Router onRouteChange={onRouteChange}>
          <Route path="/" component={LibraryPage} />
          <Route path="/videos/:id" component={VideoDetailPage} />
          <Route path="/signed-in" component={SignedInPage} />
          <Route default component={NotFoundPage} />
        </Router>
      </Frame>
    </LocationProvider>
  );
}

/** Location of the not-found document, for components that are also used with a router. */
const WITHOUT_ROUTER = {
  url: '/404',
  path: '/404',
  query: {},
  route: (url: string) => location.assign(toSitePath(url) ?? '/'),
  back: () => history.back(),
  forward: () => history.forward(),
};

/**
 * The document with the status 404. It has no router: a path such as `//` or `/videos/%` is not one that a router can
 * parse, and its links load the page that they lead to.
 */
export function NotFoundApp(): VNode {
  return (
    <LocationProvider.ctx.Provider value={WITHOUT_ROUTER}>
      <Frame>
        <NotFoundPage />
      </Frame>
    </LocationProvider.ctx.Provider>
  );
}
