/// <reference lib="dom" />
import type { Events } from 'hls.js';
import { describeWithChromium } from '../support/describe-with-chromium.ts';
import {
  countRenderedFrames,
  openPlayer,
  waitForVideoHeight,
  playedRanges,
  playToEndFrom,
  type OpenPlayer,
  seekTo,
} from '../support/open-player.ts';

describeWithChromium('hls.js in Chromium, on a page of another origin, plays the signed URL', () => {
  let playing: OpenPlayer;
  beforeAll(async () => void (playing = await openPlayer('hls', ({ hlsUrl }) => hlsUrl)));
  afterAll(() => playing?.close());
  afterEach(async () => expect(await playing.errors()).toEqual([]));

  /** Resolves once the video plays in the new level. Two levels with the same video differ only in audio. */
  const switchTo = async (level: number): Promise<void> => {
    const switchedAt = await playing.page.evaluate((next) => {
      const { hls, video } = window.player;
      if (hls.currentLevel === next) return video.currentTime;
      return new Promise<number>((resolve) => {
        hls.on('hlsLevelSwitched' as Events.LEVEL_SWITCHED, (_, data) => {
          if (data.level === next) resolve(video.currentTime);
        });
        hls.currentLevel = next;
      });
    }, level);
    await playing.playPast(switchedAt + 0.2);
  };

  test('from the start past five seconds without gaps', async () => {
    await playing.playPast(5);
    expect(await countRenderedFrames(playing)).toBeGreaterThan(0);
    expect(await playedRanges(playing)).toEqual([{ from: 0, to: expect.any(Number) }]);
  });

  test('in every rendition, with the video height changing at each switch', async () => {
    const heights = await playing.page.evaluate(() => window.player.hls.levels.map(({ height }) => height));
    expect([...new Set(heights)]).toEqual([360, 480, 720, 1080]);
    for (const [level, height] of heights.entries()) {
      await switchTo(level);
      await waitForVideoHeight(playing, height);
    }
  });

  test('after seeking forward and back, to the end', async () => {
    await playing.page.evaluate(() => void (window.player.hls.currentLevel = 0));
    await seekTo(playing, 19.3);
    await seekTo(playing, 1.7);
    const { time, duration } = await playToEndFrom(playing, 26.5);
    expect(duration).toBeCloseTo(30, 1);
    expect(time).toBeCloseTo(duration, 1);
    await seekTo(playing, 0);
  });
});
