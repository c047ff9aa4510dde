import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page on an origin of its own, as a customer's site would be, that plays one HLS URL with hls.js. */
export interface PlayerPage {
  readonly url: string;
  close(): Promise<void>;
}

const PAGE = `<!doctype html>
<title>Player</title>
<video id="video" muted playsinline></video>
<script src="/hls.js"></script>
<script>
  const video = document.getElementById('video');
  const hls = new Hls();
  window.player = { hls, video, errors: [] };
  hls.on(Hls.Events.ERROR, (_, data) => window.player.errors.push(data.type + ' ' + data.details));
  video.addEventListener('error', () => window.player.errors.push('video ' + video.error.message));
  hls.loadSource(new URLSearchParams(location.search).get('src'));
  hls.attachMedia(video);
</script>`;

const hlsJs = createRequire(import.meta.url).resolve('hls.js/dist/hls.min.js');

export async function servePlayerPage(): Promise<PlayerPage> {
  const server: Server = createServer((request, response) => {
    if (request.url === '/hls.js') {
      createReadStream(hlsJs).pipe(response.setHeader('content-type', 'text/javascript'));
    } else {
      response.setHeader('content-type', 'text/html').end(PAGE);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
    },
  };
}
