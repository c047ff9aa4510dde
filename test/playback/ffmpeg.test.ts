import { playback } from '../../local/cli/play.ts';
import { complaints, decodeAll } from '../support/clips.ts';
import { footageIsReady, footagePath } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const TOLERANCE_SECONDS = 0.01;

async function signedUrl(): Promise<string> {
  const cloud = sharedCloud();
  const { videoId } = await footageIsReady(cloud);
  return (await playback(cloud.running, videoId)).hlsUrl;
}

test('ffmpeg decodes the whole video from the signed HLS URL alone, every rendition, without a complaint', async () => {
  expect(await complaints(await signedUrl())).toBe('');
});

test("every rendition presents the source's frames, in step with its sound", async () => {
  const source = await decodeAll(footagePath);
  const played = await decodeAll(await signedUrl());
  const [sourceVideo, sourceAudio] = ['video', 'audio'].map((type) => source.find((stream) => stream.type === type));
  const videos = played.filter(({ type }) => type === 'video');
  const audios = played.filter(({ type }) => type === 'audio');
  if (sourceVideo === undefined || sourceAudio === undefined) throw new Error('The footage has picture and sound');

  const sizes = new Set(videos.map(({ width, height }) => `${width}x${height}`));
  expect([...sizes].toSorted()).toEqual(['1280x720', '1920x1080', '640x360', '854x480']);
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
});
