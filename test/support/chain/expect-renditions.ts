import type { FrameSize, ProbedVideo } from '../probed-media.ts';
import type { ProducedMedia } from '../produced-media.ts';

/** Expected audio rendition. */
export interface ExpectedAudio {
  /** ISO 639-2 code or `und`. */
  readonly language: string;
  readonly channels: 2 | 6;
}

/** Expected output of a source. */
export interface ExpectedOutput {
  /** Size at which a player shows the source, rotated and with square pixels. */
  readonly displayed: FrameSize;
  /** Frame rate of every rendition. */
  readonly framesPerSecond: number;
  /** Duration of the video, black frames included, from the start of its first frame to the end of the last. */
  readonly videoSeconds: number;
  /** Duration of every audio track; undefined without audio or if it is unknown. */
  readonly audioSeconds: number | undefined;
  /** Audio renditions in the order of the source's tracks, stereo before surround. */
  readonly audio: readonly ExpectedAudio[];
  /** Tolerance of durations, for sources that do not state when their last frame ends. @default one frame */
  readonly slackSeconds?: number;
}

function differ(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(a, b);
}

function shortSide({ width, height }: FrameSize): number {
  return Math.min(width, height);
}

/** AAC frames of 1,024 samples: the encoder's priming and the padding of the last one. */
const AUDIO_SLACK_SECONDS = 3 * (1024 / 48_000);

/** Checks the renditions of a source against the expected output. */
export function expectRenditions(
  { media: { videos, audios }, multivariant, recorded }: ProducedMedia,
  expected: ExpectedOutput,
): void {
  expectLadder(videos, expected.displayed);
  for (const video of videos) expectVideo(video, expected);
  expect(new Set(videos.map(({ packets }) => packets)).size).toBe(1);

  expect(audios.map(({ language, channels, layout, codec }) => ({ language, channels, layout, codec }))).toEqual(
    expected.audio.map(({ language, channels }) => ({
      // The playlist must use the shortest tag (RFC 5646, 4.1).
      language: new Intl.Locale(language).toString(),
      channels,
      layout: channels === 6 ? '5.1' : 'stereo',
      codec: 'aac',
    })),
  );
  if (expected.audioSeconds !== undefined) {
    for (const { endSeconds, firstSeconds } of audios) {
      const length = endSeconds - firstSeconds;
      expect(Math.abs(length - expected.audioSeconds)).toBeLessThan(AUDIO_SLACK_SECONDS + (expected.slackSeconds ?? 0));
    }
  }
  for (const [, rate] of multivariant.matchAll(/^#EXT-X-STREAM-INF:.*FRAME-RATE=([\d.]+)/gm)) {
    expect(Number(rate)).toBeCloseTo(expected.framesPerSecond, 2);
  }
  expectRecorded(recorded, { videos, audios }, expected);
}

/** Checks that no rung exceeds the source, that rungs differ clearly, and that the top rung has the source's size in even sides. */
function expectLadder(videos: readonly FrameSize[], displayed: FrameSize): void {
  const [top, ...others] = [
    ...new Map(videos.map((video) => [`${video.width}x${video.height}`, video])).values(),
  ].toSorted((a, b) => shortSide(b) - shortSide(a));
  const capped = shortSide(displayed) > MAX_LINES;
  const maxSize = {
    width: 2 * Math.floor(displayed.width / 2 + 1e-6),
    height: 2 * Math.floor(displayed.height / 2 + 1e-6),
  };
  if (capped) expect(top && shortSide(top)).toBe(MAX_LINES);
  else expect(top).toMatchObject(maxSize);
  let above = top;
  for (const rung of [...(top === undefined ? [] : [top]), ...others]) {
    expect([rung.width % 2, rung.height % 2]).toEqual([0, 0]);
    expect(rung.width).toBeLessThanOrEqual(maxSize.width);
    expect(rung.height).toBeLessThanOrEqual(maxSize.height);
    // Even sizes cannot keep a ratio exactly: two lines or columns are a few percent of a small frame.
    expect(differ(rung.width / rung.height, displayed.width / displayed.height)).toBeLessThan(0.04);
    if (rung !== above && above !== undefined) expect(differ(shortSide(rung), shortSide(above))).toBeGreaterThan(0.15);
    above = rung;
  }
}

/** Gap of less than a frame that the encoder leaves before a picture that begins after its sound. */
const MAX_START_SECONDS = 0.05;

/** Maximum short side in the `dev` preset. */
const MAX_LINES = 1080;

/** Checks for unrotated, progressive 8-bit 4:2:0 video with square pixels and frames of equal duration. */
function expectVideo(
  video: ProbedVideo,
  { framesPerSecond, videoSeconds, slackSeconds = 1 / framesPerSecond }: ExpectedOutput,
): void {
  expect(video).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', isRotated: false });
  expect(video.fieldOrder ?? 'progressive').toBe('progressive');
  expect(video.displayed).toEqual({ width: video.width, height: video.height });
  expect(['smpte2084', 'arib-std-b67']).not.toContain(video.transfer);
  expect(video.firstSeconds).toBeLessThan(MAX_START_SECONDS);
  const deviations = video.times.map((time, index) => Math.abs(time - video.firstSeconds - index / framesPerSecond));
  expect(Math.max(...deviations)).toBeLessThan(0.002);
  expect(Math.abs(video.packets / framesPerSecond - videoSeconds)).toBeLessThanOrEqual(slackSeconds + 0.002);
}

/** Checks that the catalog records the actual properties of each rendition. */
function expectRecorded(
  recorded: ProducedMedia['recorded'],
  { videos, audios }: ProducedMedia['media'],
  { framesPerSecond }: ExpectedOutput,
): void {
  const sizes = (frames: readonly { width: number | null; height: number | null }[]): string[] =>
    [...new Set(frames.map(({ width, height }) => `${width}x${height}`))].toSorted();
  const formats = (tracks: readonly { language: string | null; channels: number | null }[]): string[] =>
    tracks.map(({ language, channels }) => `${language ?? 'und'} ${channels}`).toSorted();
  const recordedVideos = recorded.filter(({ kind }) => kind === 'video');
  expect(sizes(recordedVideos)).toEqual(sizes(videos));
  expect(formats(recorded.filter(({ kind }) => kind === 'audio'))).toEqual(formats(audios));
  for (const { frameRate, durationMs } of recordedVideos) {
    expect(frameRate).toBeCloseTo(framesPerSecond, 2);
    expect(Math.abs(durationMs / 1000 - (videos[0]?.packets ?? 0) / framesPerSecond)).toBeLessThan(0.01);
  }
}
