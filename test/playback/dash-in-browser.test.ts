/// <reference lib="dom" />
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

describeWithChromium('Shaka in Chromium, on a page of another origin, plays the signed MPD', () => {
  let playing: OpenPlayer;
  beforeAll(async () => void (playing = await openPlayer('shaka', ({ dashUrl }) => dashUrl)));
  afterAll(() => playing?.close());
  afterEach(async () => expect(await playing.errors()).toEqual([]));

  const select = (height: number): Promise<void> =>
    playing.page.evaluate((lines) => {
      const { shaka } = window.player;
      shaka.configure('abr.enabled', false);
      const track = shaka.getVariantTracks().find((candidate) => candidate.height === lines);
      if (track !== undefined) shaka.selectVariantTrack(track, true);
    }, height);

  test('from the start past five seconds without gaps', async () => {
    await playing.playPast(5);
    expect(await countRenderedFrames(playing)).toBeGreaterThan(0);
    expect(await playedRanges(playing)).toEqual([{ from: 0, to: expect.any(Number) }]);
  });

  test('in every rendition, with the video height changing at each switch', async () => {
    const heights = await playing.page.evaluate(() =>
      window.player.shaka.getVariantTracks().map(({ height }) => height),
    );
    const rungs = [...new Set(heights)].toSorted((a, b) => a - b);
    expect(rungs).toEqual([360, 480, 720, 1080]);
    for (const height of rungs) {
      await select(height);
      await waitForVideoHeight(playing, height);
    }
  });

  test('after seeking forward and back, to the end', async () => {
    await select(360);
    // Shaka stalls when seeking before a newly selected rendition has loaded.
    await waitForVideoHeight(playing, 360);
    await seekTo(playing, 19.3);
    await seekTo(playing, 1.7);
    const { time, duration } = await playToEndFrom(playing, 26.5);
    expect(duration).toBeCloseTo(30, 1);
    expect(time).toBeCloseTo(duration, 1);
    await seekTo(playing, 0);
  });
});
