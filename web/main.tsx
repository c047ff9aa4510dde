import { render } from 'preact';
import './styles/index.css';
import { language } from './texts/texts.ts';

document.documentElement.lang = language;

/** Whether the edge served the document of an unknown path. */
const isNotFound = document.documentElement.dataset['page'] === 'not-found';

/** Whether this is the player in a frame of another site: it has no sign-in, and loads only what it needs. */
const isEmbed = location.pathname.startsWith('/embed/') && !(isNotFound && window.top === window);

const root = document.getElementById('app');
if (root !== null) {
  const page = isEmbed
    ? import('./pages/embed-page.tsx').then(({ EmbedPage }) => <EmbedPage />)
    : import('./app.tsx').then(({ App, NotFoundApp, startApp }) => {
        startApp();
        return isNotFound ? <NotFoundApp /> : <App />;
      });
  void page.then((content) => render(content, root));
}
