import { execFile } from 'node:child_process';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { getFfmpeg } from '../../local/cli/ffmpeg.ts';
import { fileSource } from '../../local/mediaconvert/file-source.ts';
import { buildIndex } from '../../media/packaging/build-index.ts';
import { openIndexFile } from '../../media/packaging/index/index-file.ts';
import { launchBrowser } from '../support/browser.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { footagePath } from '../support/footage.ts';
import { expectToPlay, JUST_IN_TIME_PLAYERS } from '../support/media/packaging/play-film.ts';
import { type JustInTimeServer, serveJustInTime } from '../support/media/packaging/serve-just-in-time.ts';
import { servePlayerPage, type PlayerPage } from '../support/player-page.ts';

const run = promisify(execFile);
/** Times that ten seconds of footage are repeated, for a film of more than two hours. */
const REPETITIONS = 725;
const STRETCH_SECONDS = 8;

/** Makes a film of two hours in 360p, whose parts are encoded once. */
async function makeLongFilm(folder: string): Promise<string> {
  const { ffmpegPath } = getFfmpeg();
  const [part, film] = [join(folder, 'part.mp4'), join(folder, 'film.mp4')];
  const picture = ['-vf', 'scale=640:360', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '30', '-g', '48'];
  await run(ffmpegPath, ['-v', 'error', '-t', '10', '-i', footagePath, ...picture, '-c:a', 'aac', '-b:a', '64k', part]);
  await run(ffmpegPath, ['-v', 'error', '-stream_loop', String(REPETITIONS - 1), '-i', part, '-map', '0', '-c', 'copy', film]);
  return film;
}

describeWithChromium('a two-hour film that is packaged just in time', () => {
  let folder: string;
  let film: FileHandle;
  let server: JustInTimeServer;
  let playerPage: PlayerPage;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'players-'));
    film = await open(await makeLongFilm(folder));
    const source = fileSource(film, (await film.stat()).size);
    const index = openIndexFile(await buildIndex(source, { identity: 'film' }));
    const films = new Map([['film', { source, index }]]);
    [server, playerPage, browser] = await Promise.all([serveJustInTime(films), servePlayerPage(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([server?.close(), playerPage?.close(), film?.close()]);
    await rm(folder, { recursive: true });
  });

  test.each(JUST_IN_TIME_PLAYERS)('$player plays start, middle and end without a gap or an error', async ({ player, type }) => {
    const url = playerPage.urlFor(player, server.urlOf('film', type));
    expect(await expectToPlay(browser, url, STRETCH_SECONDS)).toBeGreaterThan(7200);
  });
});
