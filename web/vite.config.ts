import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

function pathTo(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Edge of `npm start`, to which `vite web` proxies API and media while it serves the pages from source. */
const LAPTOP_EDGE = process.env['SLUICE_EDGE'] ?? 'http://127.0.0.1:4567';

const NO_SCRIPT = /<noscript>.*?<\/noscript>/s;

/** Content of the 404 document without JavaScript. */
const NOT_FOUND_WITHOUT_SCRIPT = `<noscript>
      <main class="welcome">
        <h1>Page not found · <span lang="ko">페이지를 찾을 수 없습니다</span></h1>
        <a class="button" href="/">Go to library · <span lang="ko">보관함으로 이동</span></a>
      </main>
    </noscript>`;

/** Adds `404.html`, which the edge serves for an unknown path: the same document, marked as not found. */
function notFoundDocument(): Plugin {
  return {
    name: 'not-found-document',
    enforce: 'post',
    generateBundle(_, bundle) {
      const index = bundle['index.html'];
      if (index?.type !== 'asset') throw new Error('The build has no index.html.');
      const source = String(index.source)
        .replace('<html ', '<html data-page="not-found" ')
        .replace('<title>', '<meta name="robots" content="noindex" />\n    <title>Page not found · ')
        .replace(NO_SCRIPT, NOT_FOUND_WITHOUT_SCRIPT);
      this.emitFile({ type: 'asset', fileName: '404.html', source });
    },
  };
}

export default defineConfig({
  root: pathTo('.'),
  plugins: [notFoundDocument()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: pathTo('../.build/web'),
    emptyOutDir: true,
    // First versions with `light-dark()`, nesting and popovers, which are used without fallbacks.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    // Files below /assets have content hashes in their names and are cached for a year.
    assetsDir: 'assets',
    // The content security policy does not allow `data:` for fonts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The notices that these licenses ask for, and what the build checks.
    license: { fileName: 'third-party-licenses.json' },
    // Only the player is larger; it loads when a video is opened.
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': LAPTOP_EDGE, '/v': LAPTOP_EDGE } },
});
