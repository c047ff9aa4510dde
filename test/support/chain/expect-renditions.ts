import type { Picture, ProbedVideo } from '../probed-media.ts';
import type { Produced } from '../produced-renditions.ts';

/** One sound rendition as it is to be. */
export interface ExpectedAudio {
  /** ISO 639-2 or `und`. */
  readonly language: string;
  readonly channels: 2 | 6;
}

/** What a source is to become. */
export interface ExpectedOutput {
  /** The source as a player shows it, upright and with square pixels. */
  readonly displayed: Picture;
  /** Frames a second of every rendition. */
  readonly framesPerSecond: number;
  /** Seconds from the first frame of the picture to the end of the last. */
  readonly videoSeconds: number;
  /** Of the longest track; undefined where there is no sound or nothing can be said of it. */
  readonly audioSeconds: number | undefined;
  /** In the order of the source's tracks, stereo before surround. */
  readonly audio: readonly ExpectedAudio[];
  /** Seconds by which lengths may differ, for sources that do not say when their last frame ends. @default one frame */
  readonly slackSeconds?: number;
}

function differ(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(a, b);
}

function shortSide({ width, height }: Picture): number {
  return Math.min(width, height);
}

/** AAC frames of 1,024 samples: the encoder's priming and the padding of the last one. */
const SOUND_SLACK_SECONDS = 3 * (1024 / 48_000);

/** Checks renditions of a source against what they are to be. */
export function expectRenditions({ media: { videos, audios }, multivariant, recorded }: Produced, expected: ExpectedOutput): void {
  expectLadder(videos, expected.displayed);
  for (const video of videos) expectPicture(video, expected);
  expect(new Set(videos.map(({ packets }) => packets)).size).toBe(1);

  expect(audios.map(({ language, channels, layout, codec }) => ({ language, channels, layout, codec }))).toEqual(
    expected.audio.map(({ language, channels }) => ({
      // As the playlist has it, which is asked for the shortest tag (RFC 5646, 4.1).
      language: new Intl.Locale(language).toString(),
      channels,
      layout: channels === 6 ? '5.1' : 'stereo',
      codec: 'aac',
    })),
  );
  if (expected.audioSeconds !== undefined) {
    const end = Math.max(...audios.map(({ endSeconds, firstSeconds }) => endSeconds - firstSeconds));
    expect(Math.abs(end - expected.audioSeconds)).toBeLessThan(SOUND_SLACK_SECONDS + (expected.slackSeconds ?? 0));
  }
  for (const [, rate] of multivariant.matchAll(/^#EXT-X-STREAM-INF:.*FRAME-RATE=([\d.]+)/gm)) {
    expect(Number(rate)).toBeCloseTo(expected.framesPerSecond, 2);
  }
  expectRecorded(recorded, { videos, audios }, expected);
}

/** None above the source, none nearly like another, the largest as large as the source in even sides. */
function expectLadder(videos: readonly Picture[], displayed: Picture): void {
  const [top, ...others] = [...new Map(videos.map((video) => [`${video.width}x${video.height}`, video])).values()].toSorted(
    (a, b) => shortSide(b) - shortSide(a),
  );
  const capped = shortSide(displayed) > MAX_LINES;
  const most = { width: 2 * Math.floor(displayed.width / 2 + 1e-6), height: 2 * Math.floor(displayed.height / 2 + 1e-6) };
  if (capped) expect(top && shortSide(top)).toBe(MAX_LINES);
  else expect(top).toMatchObject(most);
  let above = top;
  for (const rung of [...(top === undefined ? [] : [top]), ...others]) {
    expect([rung.width % 2, rung.height % 2]).toEqual([0, 0]);
    expect(rung.width).toBeLessThanOrEqual(most.width);
    expect(rung.height).toBeLessThanOrEqual(most.height);
    // Even sizes cannot keep a ratio exactly: two lines or columns of a small picture are a few percent.
    expect(differ(rung.width / rung.height, displayed.width / displayed.height)).toBeLessThan(0.04);
    if (rung !== above && above !== undefined) expect(differ(shortSide(rung), shortSide(above))).toBeGreaterThan(0.15);
    above = rung;
  }
}

/** The `dev` preset's highest rung. */
const MAX_LINES = 1080;

/** Upright square pixels in 8-bit 4:2:0, whole frames, one as long as the other. */
function expectPicture(video: ProbedVideo, { framesPerSecond, videoSeconds: pictureSeconds, slackSeconds = 1 / framesPerSecond }: ExpectedOutput): void {
  expect(video).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', isTurned: false });
  expect(video.fieldOrder ?? 'progressive').toBe('progressive');
  expect(video.displayed).toEqual({ width: video.width, height: video.height });
  expect(['smpte2084', 'arib-std-b67']).not.toContain(video.transfer);
  const late = video.times.map((time, index) => Math.abs(time - video.firstSeconds - index / framesPerSecond));
  expect(Math.max(...late)).toBeLessThan(0.002);
  expect(Math.abs(video.packets / framesPerSecond - pictureSeconds)).toBeLessThanOrEqual(slackSeconds + 0.002);
}

/** The catalog knows each rendition as it is. */
function expectRecorded(recorded: Produced['recorded'], { videos, audios }: Produced['media'], { framesPerSecond }: ExpectedOutput): void {
  const sizes = (pictures: readonly { width: number | null; height: number | null }[]): string[] =>
    [...new Set(pictures.map(({ width, height }) => `${width}x${height}`))].toSorted();
  const sounds = (tracks: readonly { language: string | null; channels: number | null }[]): string[] =>
    tracks.map(({ language, channels }) => `${language ?? 'und'} ${channels}`).toSorted();
  const pictures = recorded.filter(({ kind }) => kind === 'video');
  expect(sizes(pictures)).toEqual(sizes(videos));
  expect(sounds(recorded.filter(({ kind }) => kind === 'audio'))).toEqual(sounds(audios));
  for (const { frameRate, durationMs } of pictures) {
    expect(frameRate).toBeCloseTo(framesPerSecond, 2);
    expect(Math.abs(durationMs / 1000 - (videos[0]?.packets ?? 0) / framesPerSecond)).toBeLessThan(0.01);
  }
}
