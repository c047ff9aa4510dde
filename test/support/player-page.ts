import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type PlayerName = 'hls' | 'hls-1.4' | 'shaka' | 'dashjs' | 'videojs';

/** A player and the URL that it plays. */
export interface Playing {
  readonly player: PlayerName;
  readonly source: string;
}

/** Page on its own origin, like a customer's site, that plays one URL with a player. */
export interface PlayerPage {
  urlFor(player: PlayerName, source: string): string;
  /** Returns the address of a page with a frame for each player, in order. */
  urlForAll(playing: readonly Playing[]): string;
  close(): Promise<void>;
}

const { resolve } = createRequire(import.meta.url);

const SCRIPTS: Readonly<Record<string, string>> = {
  '/hls.js': resolve('hls.js/dist/hls.min.js'),
  '/hls-1.4.js': resolve('hls.js-1.4/dist/hls.min.js'),
  '/shaka.js': resolve('shaka-player/dist/shaka-player.compiled.js'),
  '/dashjs.js': resolve('dashjs'),
  '/videojs.js': resolve('video.js/dist/video.min.js'),
};

/** Headers that a page with `headers` in its query adds to all requests of hls.js and Shaka. */
const ADDED_HEADERS = `{
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    authorization: 'Bearer of-the-customers-own-site',
  }`;

const HLS_LOADER = `
  const addHeaders = (request, url) => {
    if (request.readyState === 0) request.open('GET', url, true);
    for (const [name, value] of Object.entries(addedHeaders)) request.setRequestHeader(name, value);
  };
  const hls = new Hls(sendsHeaders ? { cmcd: { useHeaders: true, contentId: 'film' }, xhrSetup: addHeaders } : {});
  window.player = { hls, video, errors: [], endings: 0 };
  // Not errors of the video: hls.js cancels its own requests when it switches levels, and reports a stall for as long as
  // a busy machine does not decode. A stall at a gap in the media ends in an error of its own, or the playback never does.
  const harmless = [Hls.ErrorDetails.INTERNAL_ABORTED, Hls.ErrorDetails.BUFFER_STALLED_ERROR];
  hls.on(Hls.Events.ERROR, (_, { type, details, fatal }) => {
    if (fatal || !harmless.includes(details)) window.player.errors.push(type + ' ' + details);
  });
  hls.loadSource(source);
  hls.attachMedia(video);`;

/** Scripts that put the player, its video element and every error that it reported into `window.player`. */
const LOADERS: Readonly<Record<PlayerName, string>> = {
  hls: HLS_LOADER,
  'hls-1.4': HLS_LOADER,
  shaka: `
  const shakaPlayer = new shaka.Player();
  window.player = { shaka: shakaPlayer, video, errors: [], endings: 0 };
  shakaPlayer.addEventListener('error', ({ detail }) => window.player.errors.push('shaka ' + detail.code));
  // Shaka skips a tenth of a second whenever a busy machine decodes nothing for a second. It still jumps over gaps in the media.
  shakaPlayer.configure('streaming.stallEnabled', false);
  if (sendsHeaders) {
    shakaPlayer.configure('cmcd', { enabled: true, useHeaders: true, contentId: 'film' });
    const addHeaders = (type, request) => void Object.assign(request.headers, addedHeaders);
    shakaPlayer.getNetworkingEngine()?.registerRequestFilter(addHeaders);
  }
  shakaPlayer.attach(video)
    .then(() => shakaPlayer.load(source))
    .catch((error) => window.player.errors.push('shaka ' + error.code + ' ' + JSON.stringify(error.data)));`,
  dashjs: `
  window.player = { video, errors: [], endings: 0 };
  const dashPlayer = dashjs.MediaPlayer().create();
  // Within 0.2 s of the end dash.js may pause the element before it fires its own event, but still notifies its users.
  dashPlayer.on('playbackEnded', () => void (window.player.endings ||= 1));
  dashPlayer.on('error', ({ error }) => window.player.errors.push('dash.js ' + error.code + ' ' + error.message));
  if (sendsHeaders) dashPlayer.updateSettings({ streaming: { cmcd: { enabled: true, mode: 'headers', cid: 'film' } } });
  dashPlayer.initialize(video, source, false);`,
  videojs: `
  window.player = { video, errors: [], endings: 0 };
  const videoPlayer = videojs(video, { html5: { vhs: { overrideNative: true } } });
  videoPlayer.on('error', () => window.player.errors.push('video.js ' + videoPlayer.error().message));
  const type = new URL(source).pathname.endsWith('.mpd') ? 'application/dash+xml' : 'application/vnd.apple.mpegurl';
  videoPlayer.src({ src: source, type });`,
};

function page(player: string): string {
  const loader = Object.entries(LOADERS).find(([name]) => name === player)?.[1] ?? '';
  return `<!doctype html>
<title>Player</title>
<video id="video" muted playsinline></video>
<script src="/${player}.js"></script>
<script>
  const video = document.getElementById('video');
  const query = new URLSearchParams(location.search);
  const source = query.get('src');
  const sendsHeaders = query.has('headers');
  const addedHeaders = ${ADDED_HEADERS};
  ${loader}
  video.addEventListener('error', () => window.player.errors.push('video ' + video.error.message));
  video.addEventListener('ended', () => void (window.player.endings += 1));
</script>`;
}

function framesPage(addresses: readonly string[]): string {
  const escaped = addresses.map((address) => address.replaceAll('&', '&amp;').replaceAll('"', '&quot;'));
  return `<!doctype html>
<title>Players</title>
${escaped.map((address) => `<iframe src="${address}" allow="autoplay"></iframe>`).join('\n')}`;
}

/** Serves the page on a free port. */
export async function servePlayerPage(): Promise<PlayerPage> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://player.example');
    const script = SCRIPTS[pathname];
    if (script !== undefined) createReadStream(script).pipe(response.setHeader('content-type', 'text/javascript'));
    else if (pathname === '/play') response.setHeader('content-type', 'text/html').end(framesPage(searchParams.getAll('frame')));
    else response.setHeader('content-type', 'text/html').end(page(pathname.slice('/play/'.length)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const urlFor = (player: PlayerName, source: string): string =>
    `${origin}/play/${player}?src=${encodeURIComponent(source)}`;
  return {
    urlFor,
    urlForAll: (playing) =>
      `${origin}/play?${new URLSearchParams(playing.map(({ player, source }) => ['frame', urlFor(player, source)])).toString()}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => void server.close(closed));
    },
  };
}
