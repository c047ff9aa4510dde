import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Page on its own origin, like a customer's site, that plays one URL with hls.js or Shaka. */
export interface PlayerPage {
  urlFor(player: 'hls' | 'shaka', source: string): string;
  close(): Promise<void>;
}

const { resolve } = createRequire(import.meta.url);

const SCRIPTS: Readonly<Record<string, string>> = {
  '/hls.js': resolve('hls.js/dist/hls.min.js'),
  '/shaka.js': resolve('shaka-player/dist/shaka-player.compiled.js'),
};

/** Scripts that put the player, its video element and every error that it reported into `window.player`. */
const LOADERS = {
  hls: `
  const hls = new Hls();
  window.player = { hls, video, errors: [] };
  hls.on(Hls.Events.ERROR, (_, data) => {
    // hls.js cancels its own requests when it switches levels, and reports that as an error.
    if (data.details !== Hls.ErrorDetails.INTERNAL_ABORTED) window.player.errors.push(data.type + ' ' + data.details);
  });
  hls.loadSource(source);
  hls.attachMedia(video);`,
  shaka: `
  const shakaPlayer = new shaka.Player();
  window.player = { shaka: shakaPlayer, video, errors: [] };
  shakaPlayer.addEventListener('error', ({ detail }) => window.player.errors.push('shaka ' + detail.code));
  shakaPlayer.attach(video)
    .then(() => shakaPlayer.load(source))
    .catch((error) => window.player.errors.push('shaka ' + error.code + ' ' + JSON.stringify(error.data)));`,
} as const;

function page(player: keyof typeof LOADERS): string {
  return `<!doctype html>
<title>Player</title>
<video id="video" muted playsinline></video>
<script src="/${player}.js"></script>
<script>
  const video = document.getElementById('video');
  const source = new URLSearchParams(location.search).get('src');
  ${LOADERS[player]}
  video.addEventListener('error', () => window.player.errors.push('video ' + video.error.message));
</script>`;
}

/** Serves the page on a free port. */
export async function servePlayerPage(): Promise<PlayerPage> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const script = SCRIPTS[path];
    if (script !== undefined) createReadStream(script).pipe(response.setHeader('content-type', 'text/javascript'));
    else response.setHeader('content-type', 'text/html').end(page(path === '/play/shaka' ? 'shaka' : 'hls'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    urlFor: (player, source) => `${origin}/play/${player}?src=${encodeURIComponent(source)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => void server.close(closed));
    },
  };
}
