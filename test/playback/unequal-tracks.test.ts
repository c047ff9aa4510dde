/// <reference lib="dom" />
import type { Browser, Frame, Page } from 'playwright-core';
import { requestPlayback } from '../../local/cli/play.ts';
import { launchBrowser } from '../support/browser.ts';
import { makeWithFfmpeg } from '../support/clips.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { type PlayerName, type PlayerPage, servePlayerPage } from '../support/player-page.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { putSource, type UploadState, waitForEnd } from '../support/uploads.ts';

const PLAYERS: readonly (readonly [PlayerName, 'hlsUrl' | 'dashUrl'])[] = [
  ['hls', 'hlsUrl'],
  ['hls-1.4', 'hlsUrl'],
  ['shaka', 'hlsUrl'],
  ['shaka', 'dashUrl'],
  ['dashjs', 'dashUrl'],
  ['videojs', 'hlsUrl'],
  ['videojs', 'dashUrl'],
];

function picture(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=s=160x90:r=25:d=${seconds}`];
}

function tone(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`];
}

const CODECS = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-fps_mode', 'passthrough'];
const THREE_TRACKS = ['-map', '0', '-map', '1', '-map', '2', '-map', '3'];

/** Files by what is unequal in them, with their duration in seconds. Players buffer 12 s and more, so some must be longer. */
const CLIPS: readonly (readonly [string, string, readonly string[], number])[] = [
  ['2 s of picture with 30 s of sound', 'a.mp4', [...picture(2), ...tone(30)], 30],
  ['16 s of picture with 2 s of sound', 'a.mp4', [...picture(16), ...tone(2)], 16],
  ['half a second of picture with 6 s of sound', 'a.mp4', [...picture(0.5), ...tone(6)], 6],
  ['one frame with 5 s of sound', 'a.mp4', [...picture(0.04), ...tone(5)], 5],
  ['sound that begins 3 s before the picture', 'a.mkv', ['-itsoffset', '3', ...picture(4), ...tone(7)], 7],
  [
    'three sound tracks, one longer than the picture and one that begins later',
    'a.mkv',
    [...picture(4), ...tone(2), ...tone(7), '-itsoffset', '3', ...tone(2), ...THREE_TRACKS],
    7,
  ],
];

const SPEED = 4;
const FRAME_SECONDS = 1 / 25;
const SLOW_MACHINE = { timeout: 90_000, polling: 100 };

/**
 * Joins time ranges that are less than a frame apart. The sound begins some milliseconds late, for the time of its encoder's
 * delay; a player on a busy machine may start before it seeks there.
 */
function joinRanges(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && start - last[1] < FRAME_SECONDS) last[1] = end;
    else joined.push([start, end]);
  }
  return joined;
}

describeWithChromium('a video of tracks that differ in length or start', () => {
  let browser: Browser;
  let playerPage: PlayerPage;
  let page: Page;
  const uploads = new Map<string, Promise<UploadState>>();
  beforeAll(async () => {
    const cloud = sharedCloud();
    for (const [name, file, args] of CLIPS) {
      const key = `unequal/${name}.${file.slice(2)}`;
      const version = await putSource(cloud, key, await makeWithFfmpeg(file, [...args, ...CODECS]));
      uploads.set(name, waitForEnd(cloud, key, version));
    }
    [browser, playerPage] = await Promise.all([launchBrowser(), servePlayerPage()]);
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await playerPage?.close();
  });

  /** Plays to the end at a higher speed, and returns what a viewer notices. */
  const playToEnd = async (frame: Frame) => {
    await frame.waitForFunction(() => window.player.video.readyState >= 1, undefined, SLOW_MACHINE);
    await frame.evaluate(async (speed) => {
      window.player.video.playbackRate = speed;
      await window.player.video.play();
    }, SPEED);
    await frame.waitForFunction(() => window.player.endings > 0, undefined, SLOW_MACHINE).catch(() => undefined);
    return frame.evaluate(() => {
      const { video, endings, errors } = window.player;
      const { played, currentTime, duration } = video;
      const ranges = Array.from({ length: played.length }, (_, index) => [played.start(index), played.end(index)] as const);
      return { ended: endings > 0, errors, played: ranges, currentTime, duration };
    });
  };

  test.each(CLIPS)('%s plays to its end in every player', async (name, _file, _args, seconds) => {
    const { videoId = '' } = (await uploads.get(name)) ?? {};
    // A signature for each player, since Chromium's cache mixes up ranges of one URL that several players request at once.
    const sources = await Promise.all(
      PLAYERS.map(async ([player, kind]) => ({ player, source: (await requestPlayback(sharedCloud().running, videoId))[kind] })),
    );
    await page.goto(playerPage.urlForAll(sources));
    const seen = await Promise.all(page.mainFrame().childFrames().map(playToEnd));
    expect(seen).toHaveLength(PLAYERS.length);
    for (const [index, { ended, errors, played, currentTime, duration }] of seen.entries()) {
      const player = PLAYERS[index]?.join(' ');
      // The errors explain a failure; players report some that they recover from.
      const expected = { player, errors, ended: true, played: [[expect.closeTo(0, 0), currentTime]] };
      expect({ player, errors, ended, played: joinRanges(played) }).toEqual(expected);
      expect(Math.abs(currentTime - duration)).toBeLessThan(0.1);
      expect(Math.abs(duration - seconds)).toBeLessThan(0.1);
    }
  });
});
