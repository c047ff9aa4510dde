import { requestPlayback } from '../../local/cli/play.ts';
import { decodeAll } from '../support/clips.ts';
import { waitForFootage, footagePath } from '../support/footage.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

const TOLERANCE_SECONDS = 0.01;

type Decoded = Awaited<ReturnType<typeof decodeAll>>;

let source: Decoded;
let played: Decoded;
let dash: Decoded;
beforeAll(async () => {
  const cloud = sharedCloud();
  const { videoId } = await waitForFootage(cloud);
  const { hlsUrl, dashUrl } = await requestPlayback(cloud.running, videoId);
  source = await decodeAll(footagePath);
  played = await decodeAll(hlsUrl);
  dash = await decodeAll(dashUrl, 1);
});

test('ffmpeg decodes every rendition in full from the signed HLS URL without errors', () => {
  expect(played.streams.length).toBeGreaterThan(1);
  expect(played.warnings).toBe('');
});

test("every video rendition has the source's frames, in sync with its audio", () => {
  const [sourceVideo, sourceAudio] = ['video', 'audio'].map((type) =>
    source.streams.find((stream) => stream.type === type),
  );
  const videos = played.streams.filter(({ type }) => type === 'video');
  const audios = played.streams.filter(({ type }) => type === 'audio');
  if (sourceVideo === undefined || sourceAudio === undefined) throw new Error('The footage must have video and audio.');

  const sizes = new Set(videos.map(({ width, height }) => `${width}x${height}`));
  expect([...sizes].toSorted()).toEqual(['1280x720', '1920x1080', '640x360', '854x480']);
  expect(audios.length).toBeGreaterThan(0);
  for (const video of videos) {
    expect(video.frames).toBe(sourceVideo.frames);
    for (const audio of audios) {
      const offset = (a: { firstSeconds: number }, b: { firstSeconds: number }): number =>
        a.firstSeconds - b.firstSeconds;
      const duration = (stream: { firstSeconds: number; lastSeconds: number }): number =>
        stream.lastSeconds - stream.firstSeconds;
      expect(Math.abs(offset(audio, video) - offset(sourceAudio, sourceVideo))).toBeLessThan(TOLERANCE_SECONDS);
      expect(Math.abs(duration(video) - duration(sourceVideo))).toBeLessThan(TOLERANCE_SECONDS);
    }
  }
});

test('ffmpeg reads the same renditions from the signed DASH URL without errors', () => {
  // HLS lists a rendition once for each audio group.
  const sizes = ({ streams }: Decoded) => new Set(streams.map(({ type, height = 0 }) => `${type} ${height}`));
  expect(sizes(dash)).toEqual(sizes(played));
  for (const { frames } of dash.streams) expect(frames).toBeGreaterThan(10);
  expect(dash.warnings).toBe('');
});
