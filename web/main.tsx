import { render } from 'preact';
import './styles/index.css';
import { language } from './texts/texts.ts';

document.documentElement.lang = language;

const root = document.getElementById('app');
if (root !== null) {
  // The bare player stands in other sites' frames: it signs nobody in, and loads nothing that it does not need.
  const page = location.pathname.startsWith('/embed/')
    ? import('./pages/embed-page.tsx').then(({ EmbedPage }) => <EmbedPage />)
    : import('./app.tsx').then(({ App, startApp }) => {
        startApp();
        return <App />;
      });
  void page.then((content) => render(content, root));
}
