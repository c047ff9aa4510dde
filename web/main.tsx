import { render } from 'preact';
import './styles/index.css';
import { language } from './texts/texts.ts';

document.documentElement.lang = language;

const root = document.getElementById('app');
if (root !== null) {
  // The embedded player runs in frames of other sites: it has no sign-in, and loads only what it needs.
  const page = location.pathname.startsWith('/embed/')
    ? import('./pages/embed-page.tsx').then(({ EmbedPage }) => <EmbedPage />)
    : import('./app.tsx').then(({ App, startApp }) => {
        startApp();
        return <App />;
      });
  void page.then((content) => render(content, root));
}
