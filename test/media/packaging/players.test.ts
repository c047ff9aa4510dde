/// <reference lib="dom" />
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { byteSourceOf } from '../../../media/byte-source.ts';
import type { Level } from '../../../media/packaging/qualification/reason.ts';
import { qualify } from '../../../media/packaging/qualification/qualify.ts';
import { launchBrowser, openPage } from '../../support/browser.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { describeWithChromium } from '../../support/describe-with-chromium.ts';
import { indexFile } from '../../support/media/packaging/package-file.ts';
import { expectToPlay, JUST_IN_TIME_PLAYERS, playToEnd } from '../../support/media/packaging/play-film.ts';
import { QUARTERS } from '../../support/media/packaging/qualification/measured-orientations.ts';
import { type JustInTimeServer, serveJustInTime } from '../../support/media/packaging/serve-just-in-time.ts';
import { readQuarters, withMatrix } from '../../support/media/oriented-clips.ts';
import { servePlayerPage, type PlayerPage } from '../../support/player-page.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=12'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=12'];
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '25'];
const STRETCH_SECONDS = 2.5;

/** Shaka Player also takes HLS, as other players at the permanent URL do. */
const UNEVEN_PLAYERS = [...JUST_IN_TIME_PLAYERS, { player: 'shaka', type: 'm3u8' }] as const;
const UNEVEN_FILMS = {
  'a film with short sound': ['-af', 'atrim=start=0.15:end=11.1'],
  'a film with a short picture': ['-vf', 'trim=start=0.15:end=11.1', '-vsync', 'passthrough'],
} as const;

// The endurance tests play a film of two hours.
describeWithChromium('players of a film that is packaged just in time', () => {
  let folder: string;
  let server: JustInTimeServer;
  let playerPage: PlayerPage;
  let browser: Browser;
  const levels = new Map<string, Level>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'players-'));
    const film = await makeWithFfmpeg('film.mp4', [...PICTURE, ...SOUND, ...H264, '-c:a', 'aac']);
    const quarters = await makeWithFfmpeg('rotated.mp4', ['-f', 'lavfi', '-i', QUARTERS, ...H264, '-bf', '0']);
    const rotated = withMatrix(quarters, [0, 1, -1, 0]);
    const films = new Map([
      ['film', { source: byteSourceOf(film), index: await indexFile(film, 2) }],
      ['rotated', { source: byteSourceOf(rotated), index: await indexFile(rotated) }],
    ]);
    const unordered = await makeWithFfmpeg('film.mp4', [...PICTURE, ...SOUND, ...H264, '-bf', '0', '-c:a', 'aac']);
    films.set('no reordered pictures', { source: byteSourceOf(unordered), index: await indexFile(unordered, 2) });
    for (const [name, options] of Object.entries(UNEVEN_FILMS)) {
      const uneven = await makeWithFfmpeg('film.mp4', [...PICTURE, ...SOUND, ...H264, '-c:a', 'aac', ...options]);
      const index = await indexFile(uneven, 2);
      films.set(name, { source: byteSourceOf(uneven), index });
      levels.set(name, qualify(index, 2).level);
    }
    [server, playerPage, browser] = await Promise.all([serveJustInTime(films), servePlayerPage(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([server?.close(), playerPage?.close()]);
    await rm(folder, { recursive: true });
  });

  test.each(JUST_IN_TIME_PLAYERS)('$player plays start, middle and end without a gap or an error', async ({ player, type }) => {
    const url = playerPage.urlFor(player, server.urlOf('film', type));
    expect(await expectToPlay(browser, url, STRETCH_SECONDS)).toBeCloseTo(12, 0);
  });

  // Sound and picture start and end nearly as far apart as `qualify` allows.
  test.each(UNEVEN_PLAYERS.flatMap((player) => Object.keys(UNEVEN_FILMS).map((name) => ({ ...player, name }))))(
    '$player plays $name to the end of the longer track from $type',
    async ({ player, type, name }) => {
      expect(levels.get(name)).toBe('everywhere');
      const url = playerPage.urlFor(player, server.urlOf(name, type));
      expect(await expectToPlay(browser, url, STRETCH_SECONDS)).toBeGreaterThan(11.7);
    },
  );

  // Not hls.js with fragments of reordered pictures: docs/limits.md.
  test.each([
    { player: 'hls', type: 'm3u8', name: 'no reordered pictures' },
    { player: 'hls', type: 'ts.m3u8', name: 'film' },
    { player: 'shaka', type: 'm3u8', name: 'film' },
    { player: 'shaka', type: 'mpd', name: 'film' },
    { player: 'dashjs', type: 'mpd', name: 'film' },
  ] as const)('$player plays a clip of two pieces of $name to its end from $type', async ({ player, type, name }) => {
    const url = playerPage.urlFor(player, server.urlOf(name, type, 'trimming=0-2,4.2-6'));
    expect(await playToEnd(browser, url)).toBeCloseTo(4, 0);
  });

  test('all show a rotated film as it is stored, for the page to turn', async () => {
    const page = await openPage(browser);
    const urls = JUST_IN_TIME_PLAYERS.map(({ player, type }) => ({ player, source: server.urlOf('rotated', type) }));
    await page.goto(playerPage.urlForAll(urls));
    const shown = await Promise.all(page.frames().slice(1).map(async (frame, position) => {
      await frame.waitForFunction(() => window.player?.video.readyState >= 2);
      await frame.evaluate(() => window.player.video.play());
      await frame.waitForFunction(() => window.player.video.currentTime > 0.5);
      const picture = await frame.evaluate(() => {
        const { video } = window.player;
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
        canvas.getContext('2d')?.drawImage(video, 0, 0);
        return { size: [canvas.width, canvas.height], png: canvas.toDataURL('image/png') };
      });
      const path = join(folder, `${position}.png`);
      await writeFile(path, Buffer.from(picture.png.split(',')[1] ?? '', 'base64'));
      return [...picture.size, await readQuarters(path)];
    }));
    expect(shown).toEqual(JUST_IN_TIME_PLAYERS.map(() => [320, 240, 'RG/BW']));
  });
});
