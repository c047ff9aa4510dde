/// <reference lib="dom" />
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Orientation } from '../../../media/orientation.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Parts of the pages' player that decide how a picture is shown. */
const SCRIPT = `
import './web/styles/video.css';
import './web/styles/player.css';
import 'media-chrome/dist/media-controller.js';
import 'hls-video-element';
import { turnUpright } from './web/player/turn-upright.ts';

const element = document.querySelector('hls-video');
const box = document.querySelector('main');
let undo = () => undefined;
window.turned = {
  place: (name, style) => Object.assign(box, { className: name, style }),
  turn: (orientation) => {
    undo();
    undo = turnUpright(element, orientation);
  },
};
window.player = { video: element.nativeEl };
element.src = new URLSearchParams(location.search).get('src');`;

const PAGE = `<!doctype html>
<title>Player</title>
<link rel="stylesheet" href="/player.css">
<style>body { margin: 0; background: #000; }</style>
<main class="embed">
  <media-controller class="player"><hls-video slot="media" muted playsinline preload="auto"></hls-video></media-controller>
</main>
<script src="/player.js"></script>`;

/** Rectangle of a page, CSS pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A box at the upper left corner of a page, with the class that it has in the pages of Sluice. */
export interface PlayerBox {
  readonly name: 'embed' | 'stage';
  readonly width: number;
  readonly height: number;
}

declare global {
  interface Window {
    turned: { place(name: string, style: string): void; turn(orientation: Orientation): void };
  }
}

/** Returns JavaScript that moves the player into a box. */
export function placeIn({ name, width, height }: PlayerBox): string {
  const style = name === 'embed'
    ? `inset: 0 auto auto 0; width: ${width}px; height: ${height}px`
    : `width: ${width}px; --ratio: ${width / height}; --radius: 0`;
  return `window.turned.place('${name}', '${style}')`;
}

/** Returns JavaScript that turns the picture. */
export function turn(orientation: Orientation): string {
  return `window.turned.turn(${JSON.stringify(orientation)})`;
}

/** JavaScript by which a click shows the player in full screen, which browsers allow only a user. */
export const FULL_SCREEN_ON_CLICK =
  "document.addEventListener('click', () => void document.querySelector('media-controller').requestFullscreen())";

/** Page with the player of the pages, without its controls. */
export interface TurnedPlayerPage {
  urlFor(source: string): string;
  close(): Promise<void>;
}

/** Serves the page on a free port. */
export async function serveTurnedPlayer(): Promise<TurnedPlayerPage> {
  const { outputFiles } = await build({
    stdin: { contents: SCRIPT, resolveDir: ROOT, sourcefile: 'player.js' },
    bundle: true,
    write: false,
    format: 'iife',
    outfile: join(ROOT, 'player.js'),
    loader: { '.svg': 'dataurl' },
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(path.lastIndexOf('/')), contents]));
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://player.example');
    const type = pathname.endsWith('.css') ? 'text/css' : pathname.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.setHeader('content-type', type).end(files.get(pathname) ?? PAGE);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    urlFor: (source) => `http://127.0.0.1:${port}/?src=${encodeURIComponent(source)}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => void server.close(closed));
    },
  };
}
