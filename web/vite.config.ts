import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Where `npm start` serves API and media, for `vite web`, which serves the pages themselves as they are edited. */
const LAPTOP_EDGE = process.env['SLUICE_EDGE'] ?? 'http://127.0.0.1:4567';

export default defineConfig({
  root: here('.'),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../.build/web'),
    emptyOutDir: true,
    // `light-dark()`, nesting and popovers are used as they are.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    // Files below /assets are named by their content, and cached for a year.
    assetsDir: 'assets',
    // The policy of the pages has no `data:` for fonts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The player alone is larger, and waits until a video is opened.
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': LAPTOP_EDGE, '/v': LAPTOP_EDGE } },
});
