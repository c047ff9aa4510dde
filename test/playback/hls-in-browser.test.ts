/// <reference lib="dom" />
import { chromiumPath } from '../support/browser.ts';
import { framesShown, openPlayer, pictureHas, playedStretches, playToEndFrom, type Playing, seekTo } from '../support/playing.ts';

const describeWithChromium = chromiumPath() === undefined ? describe.skip : describe;

describeWithChromium('hls.js in Chromium, on a page of another origin, plays the signed URL', () => {
  let playing: Playing;
  beforeAll(async () => void (playing = await openPlayer('hls', ({ hlsUrl }) => hlsUrl)));
  afterAll(() => playing?.close());
  afterEach(async () => expect(await playing.errors()).toEqual([]));

  test('from the beginning past five seconds, leaving nothing out', async () => {
    await playing.playPast(5);
    expect(await framesShown(playing)).toBeGreaterThan(0);
    expect(await playedStretches(playing)).toEqual([{ from: 0, to: expect.any(Number) }]);
  });

  test('in every rendition, the picture changing its height at each switch', async () => {
    const heights = await playing.page.evaluate(() => window.player.hls.levels.map(({ height }) => height));
    expect([...new Set(heights)]).toEqual([360, 480, 720, 1080]);
    for (const [level, height] of heights.entries()) {
      await playing.page.evaluate((next) => void (window.player.hls.currentLevel = next), level);
      await pictureHas(playing, height);
    }
  });

  test('from where the viewer seeks to, ahead and back, up to its end', async () => {
    await playing.page.evaluate(() => void (window.player.hls.currentLevel = 0));
    await seekTo(playing, 19.3);
    await seekTo(playing, 1.7);
    const { time, duration } = await playToEndFrom(playing, 26.5);
    expect(duration).toBeCloseTo(30, 1);
    expect(time).toBeCloseTo(duration, 1);
    await seekTo(playing, 0);
  });
});
