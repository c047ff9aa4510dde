/// <reference lib="dom" />
import type { Browser, Request } from 'playwright-core';
import { requestPlayback } from '../../local/cli/play.ts';
import { launchBrowser, openPage } from '../support/browser.ts';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import { waitForFootage } from '../support/footage.ts';
import { type PlayerName, type PlayerPage, servePlayerPage } from '../support/player-page.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

/** Headers of a request that each player sends here, for which a browser asks first. */
const ADDED = ['traceparent', 'authorization'];

describeWithChromium('on a page of another origin, with the headers of CMCD and of the page', () => {
  let browser: Browser;
  let playerPage: PlayerPage;
  beforeAll(async () => void ([browser, playerPage] = await Promise.all([launchBrowser(), servePlayerPage()])));
  afterAll(async () => {
    await browser?.close();
    await playerPage?.close();
  });

  test.each<[PlayerName, 'hlsUrl' | 'dashUrl', readonly string[]]>([
    ['hls', 'hlsUrl', ADDED],
    ['shaka', 'dashUrl', ADDED],
    ['dashjs', 'dashUrl', []],
  ])('%s plays', async (player, format, added) => {
    const cloud = sharedCloud();
    const { videoId } = await waitForFootage(cloud);
    const source = (await requestPlayback(cloud.running, videoId))[format];
    const page = await openPage(browser);
    const requests: Request[] = [];
    page.on('request', (request) => void (request.url().includes(`/v/${videoId}/`) && requests.push(request)));
    await page.goto(`${playerPage.urlFor(player, source)}&headers`);
    await page.waitForFunction(() => window.player.video.readyState >= 3 || window.player.errors.length > 0);
    expect(await page.evaluate(() => window.player.errors)).toEqual([]);
    const kinds = new Set<string>();
    for (const request of requests) {
      const headers = await request.allHeaders();
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(added));
      if (Object.keys(headers).some((name) => name.startsWith('cmcd-'))) kinds.add(new URL(request.url()).pathname.replace(/.*\./, ''));
    }
    expect([...kinds]).toEqual(expect.arrayContaining([format === 'hlsUrl' ? 'm3u8' : 'mpd', expect.stringMatching(/^cmf|^mp4/)]));
    await page.close();
  });
});

/** Sends the preflight that a browser sends for a header that no list names. */
function preflight(url: string): Promise<Response> {
  const headers = {
    origin: 'https://player.example',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization,cmcd-request,range,traceparent,x-of-a-player',
  };
  return fetch(url, { method: 'OPTIONS', headers });
}

test('a preflight of a playlist, an MPD, a storyboard or media succeeds with a signature and is refused without', async () => {
  const cloud = sharedCloud();
  const { videoId } = await waitForFootage(cloud);
  const { hlsUrl, dashUrl, storyboardUrl } = await requestPlayback(cloud.running, videoId);
  const mediaUrl = hlsUrl.replace('.m3u8', '.cmfv');
  for (const url of [hlsUrl, dashUrl, storyboardUrl ?? '', mediaUrl]) {
    const { ok, headers } = await preflight(url);
    expect([ok, headers.get('access-control-allow-origin'), headers.get('access-control-allow-headers')]).toEqual([true, '*', '*, Authorization']);
    expect((await preflight(url.replace(/[?].*/, ''))).status).toBe(403);
  }
});
