import { playback } from '../../local/cli/play.ts';
import { complaints, decodeAll } from '../support/clips.ts';
import { footageIsReady, footagePath } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const TOLERANCE_SECONDS = 0.01;

async function signedUrls(): Promise<{ hlsUrl: string; dashUrl: string }> {
  const cloud = sharedCloud();
  const { videoId } = await footageIsReady(cloud);
  return playback(cloud.running, videoId);
}

test('ffmpeg decodes the whole video from the signed HLS URL alone, every rendition, without a complaint', async () => {
  expect(await complaints((await signedUrls()).hlsUrl)).toBe('');
}, 300_000);

test('ffmpeg decodes the whole video from the signed DASH URL alone, without a complaint', async () => {
  expect(await complaints((await signedUrls()).dashUrl)).toBe('');
}, 300_000);

test("every rendition presents the source's frames, in step with its sound", async () => {
  const source = await decodeAll(footagePath);
  const played = await decodeAll((await signedUrls()).hlsUrl);
  const [sourceVideo, sourceAudio] = ['video', 'audio'].map((type) => source.find((stream) => stream.type === type));
  const videos = played.filter(({ type }) => type === 'video');
  const audios = played.filter(({ type }) => type === 'audio');
  if (sourceVideo === undefined || sourceAudio === undefined) throw new Error('The footage has picture and sound');

  expect(videos.map(({ width, height }) => `${width}x${height}`).toSorted()).toHaveLength(5);
  expect(videos.some(({ width, height }) => width === 1920 && height === 1080)).toBe(true);
  expect(audios.length).toBeGreaterThan(0);
  for (const video of videos) {
    expect(video.frames).toBe(sourceVideo.frames);
    for (const audio of audios) {
      const offset = (a: { firstSeconds: number }, b: { firstSeconds: number }): number => a.firstSeconds - b.firstSeconds;
      const length = (stream: { firstSeconds: number; lastSeconds: number }): number => stream.lastSeconds - stream.firstSeconds;
      expect(Math.abs(offset(audio, video) - offset(sourceAudio, sourceVideo))).toBeLessThan(TOLERANCE_SECONDS);
      expect(Math.abs(length(video) - length(sourceVideo))).toBeLessThan(TOLERANCE_SECONDS);
    }
  }
}, 300_000);
