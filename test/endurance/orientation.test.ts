import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { byteSourceOf } from '../../media/byte-source.ts';
import { type Orientation, UPRIGHT } from '../../media/orientation.ts';
import { makeWithFfmpeg } from '../support/clips.ts';
import { BROWSER_WINDOWS, type BrowserWindow } from '../support/endurance/browser-windows.ts';
import { indexFile } from '../support/media/packaging/package-file.ts';
import { BROWSERS, MEASURED_ORIENTATIONS, QUARTERS } from '../support/media/packaging/qualification/measured-orientations.ts';
import { type JustInTimeServer, serveJustInTime, type ServedFilm } from '../support/media/packaging/serve-just-in-time.ts';
import { readQuarters, withMatrix } from '../support/media/oriented-clips.ts';
import { servePlayerPage, type PlayerPage } from '../support/player-page.ts';
import { readShownPicture, type ShownPicture } from '../support/web/shown-picture.ts';
import {
  FULL_SCREEN_ON_CLICK, placeIn, type PlayerBox, type Rectangle, serveTurnedPlayer, turn, type TurnedPlayerPage,
} from '../support/web/turned-player.ts';

const OPTIONS = ['-c:v', 'libx264', '-g', '25', '-bf', '0', '-pix_fmt', 'yuv420p'];
const [STORED, STORED_RATIO] = ['RG/BW', 320 / 240];
const WIDE_PIXELS = 'Wide pixels, rotated by 90°';
const WIDE: PlayerBox = { name: 'embed', width: 600, height: 200 };
const NARROW: PlayerBox = { name: 'embed', width: 200, height: 600 };

let folder: string;
let server: JustInTimeServer;
let playerPage: PlayerPage;
let turnedPlayer: TurnedPlayerPage;
const films = new Map<string, ServedFilm>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orientation-'));
  const upright = await makeWithFfmpeg('upright.mp4', ['-f', 'lavfi', '-i', QUARTERS, ...OPTIONS]);
  for (const { name, matrix } of MEASURED_ORIENTATIONS) {
    const file = withMatrix(upright, matrix);
    const film = { source: byteSourceOf(file), index: await indexFile(file) };
    films.set(name, film);
    films.set(withMatrixInInit(name), { ...film, changeInit: (init) => withMatrix(init, matrix) });
  }
  const wide = await makeWithFfmpeg('wide.mp4', ['-f', 'lavfi', '-i', `${QUARTERS},setsar=4/3`, ...OPTIONS]);
  const rotated = withMatrix(wide, [0, 1, -1, 0]);
  films.set(WIDE_PIXELS, { source: byteSourceOf(rotated), index: await indexFile(rotated) });
  [server, playerPage, turnedPlayer] = await Promise.all([serveJustInTime(films), servePlayerPage(), serveTurnedPlayer()]);
});
afterAll(async () => {
  await Promise.all([server.close(), playerPage.close(), turnedPlayer.close()]);
  await rm(folder, { recursive: true });
});

function withMatrixInInit(name: string): string {
  return `${name}, with a matrix`;
}

function orientationOf(name: string): Orientation {
  return films.get(name)?.index.tracks[0]?.video?.orientation ?? UPRIGHT;
}

function uprightRatio({ rotation }: Orientation): number {
  return rotation === 90 || rotation === 270 ? 1 / STORED_RATIO : STORED_RATIO;
}

/** JavaScript that draws the picture as the browser decodes it, without the styles of the page. */
const DRAW = `(() => {
  const { video } = window.player;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext('2d').drawImage(video, 0, 0);
  return canvas.toDataURL('image/png');
})()`;

/** Maximum number of times that a picture is looked at: WebKitGTK composes a page, and decodes, some time after it says so. */
const MAX_LOOKS = 50;

/** Returns the first value that equals an expected one, else the last. */
async function lookFor<T>(expected: T, look: () => Promise<T>): Promise<T> {
  let seen = await look();
  for (let looks = 1; looks < MAX_LOOKS && !isDeepStrictEqual(seen, expected); looks += 1) {
    await sleep(100);
    seen = await look();
  }
  return seen;
}

describe.each(BROWSER_WINDOWS)('hls.js', ({ browser, openWindow, describeIfInstalled }) => {
  describeIfInstalled(`in ${browser}`, () => {
    let window: BrowserWindow;
    beforeAll(async () => {
      window = await openWindow();
    });
    afterAll(() => window.close());

    const play = async (url: string): Promise<void> => {
      await window.open(url);
      await window.evaluate('void window.player.video.play()');
      await window.waitFor('window.player.video.currentTime > 1');
      await window.evaluate('window.player.video.pause()');
    };
    const drawQuarters = async (): Promise<string> => {
      const path = join(folder, 'drawn.png');
      const dataUrl = await window.evaluate<string>(DRAW);
      await writeFile(path, Buffer.from(dataUrl.split(',')[1] ?? '', 'base64'));
      return readQuarters(path);
    };
    const lookAt = (rectangle: Rectangle, aspectRatio: number, expected: ShownPicture): Promise<ShownPicture> =>
      lookFor(expected, async () => readShownPicture(await window.takeScreenshot(), rectangle, aspectRatio));
    const lookIn = async (box: PlayerBox, aspectRatio: number, expected: ShownPicture): Promise<ShownPicture> => {
      await window.evaluate(placeIn(box));
      return lookAt({ left: 0, top: 0, ...box }, aspectRatio, expected);
    };

    test.each(MEASURED_ORIENTATIONS)('follows a matrix as documented: $name', async ({ name, upright, shown }) => {
      await play(playerPage.urlFor('hls', server.urlOf(withMatrixInInit(name))));
      const isUpright = shown[BROWSERS.findIndex((each) => each.startsWith(browser))];
      const expected = isUpright === true ? upright : STORED;
      expect(await lookFor(expected, drawQuarters)).toBe(expected);
    });

    test.each(MEASURED_ORIENTATIONS)('shows the picture upright in boxes of any shape: $name', async ({ name, upright }) => {
      const [ratio, letterboxed] = [uprightRatio(orientationOf(name)), { corners: upright, beside: 'K' }];
      await play(turnedPlayer.urlFor(server.urlOf(name)));
      await window.evaluate(turn(orientationOf(name)));
      expect(await lookIn(WIDE, ratio, letterboxed)).toEqual(letterboxed);
      expect(await lookIn(NARROW, ratio, letterboxed)).toEqual(letterboxed);
      const fitting = { corners: upright, beside: '' };
      expect(await lookIn({ name: 'stage', width: 240, height: 240 / ratio }, ratio, fitting)).toEqual(fitting);
    });

    test('keeps the shape of pixels that are not square', async () => {
      const [ratio, letterboxed] = [3 / (4 * STORED_RATIO), { corners: 'BR/WG', beside: 'K' }];
      await play(turnedPlayer.urlFor(server.urlOf(WIDE_PIXELS)));
      await window.evaluate(turn(orientationOf(WIDE_PIXELS)));
      expect(await lookIn(WIDE, ratio, letterboxed)).toEqual(letterboxed);
      expect(await lookIn(NARROW, ratio, letterboxed)).toEqual(letterboxed);
    });

    test('shows a rotated picture upright in full screen, and after it', async () => {
      const [ratio, letterboxed] = [1 / STORED_RATIO, { corners: 'BR/WG', beside: 'K' }];
      await play(turnedPlayer.urlFor(server.urlOf('Rotated by 90°')));
      await window.evaluate(turn(orientationOf('Rotated by 90°')));
      await window.evaluate(placeIn(NARROW));
      await window.evaluate(FULL_SCREEN_ON_CLICK);
      await window.click(100, 300);
      await window.waitFor('document.fullscreenElement?.clientWidth === innerWidth');
      const [width, height] = await window.evaluate<[number, number]>('[innerWidth, innerHeight]');
      expect(await lookAt({ left: 0, top: 0, width, height }, ratio, letterboxed)).toEqual(letterboxed);
      await window.evaluate('document.exitFullscreen()');
      await window.waitFor('document.fullscreenElement === null');
      expect(await lookIn(NARROW, ratio, letterboxed)).toEqual(letterboxed);
    });
  });
});
