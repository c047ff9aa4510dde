import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

function pathTo(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

/** Edge of `npm start`, to which `vite web` proxies API and media while it serves the pages from source. */
const LAPTOP_EDGE = process.env['SLUICE_EDGE'] ?? 'http://127.0.0.1:4567';

export default defineConfig({
  root: pathTo('.'),
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
    // Only the player is larger; it loads when a video is opened.
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/api': LAPTOP_EDGE, '/v': LAPTOP_EDGE } },
});
