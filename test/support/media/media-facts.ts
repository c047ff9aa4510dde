import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../local/cli/ffmpeg.ts';

const run = promisify(execFile);
const tools = getFfmpeg();

/** Decodes a file or playlist and returns ffmpeg's warnings; empty if there are none. */
export async function decodeWarnings(path: string): Promise<string> {
  const { stderr } = await run(tools.ffmpegPath, ['-v', 'warning', '-i', path, '-map', '0', '-f', 'null', '-']);
  return stderr;
}

/** Returns how a file labels its colors: range, matrix, transfer function and primaries, in ffmpeg's names. */
export async function probeColors(path: string): Promise<string> {
  const entries = 'stream=color_range,color_space,color_transfer,color_primaries';
  const { stdout } = await run(tools.ffprobePath, ['-v', 'error', '-of', 'json', '-show_entries', entries, path]);
  const [stream = {}] = (JSON.parse(stdout) as { streams: Readonly<Record<string, string>>[] }).streams;
  return [stream['color_range'], stream['color_space'], stream['color_transfer'], stream['color_primaries']].join();
}

/** Decodes a file in memory and returns size and type of each picture, such as `640x360 I`. */
export async function decodeKeyFrame(bytes: Buffer): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'key-frame-'));
  try {
    const path = join(directory, 'frame.mp4');
    await writeFile(path, bytes);
    const { stdout } = await run(tools.ffprobePath, ['-v', 'quiet', '-of', 'csv=p=0', '-show_entries', 'frame=width,height,pict_type', path]);
    return stdout.trim().split(/\s+/).map((line) => line.replace(/^(\d+),(\d+),(\w).*$/, '$1x$2 $3'));
  } finally {
    await rm(directory, { recursive: true });
  }
}

export interface StreamFacts {
  readonly type: string;
  readonly frames: number;
  /** Times of the first and last frame, seconds. */
  readonly first: number;
  readonly last: number;
  readonly language: string | undefined;
  readonly channels: number | undefined;
  readonly size: string | undefined;
  readonly pixelFormat: string | undefined;
}

interface Shown {
  readonly streams: readonly {
    readonly index: number;
    readonly codec_type: string;
    readonly width?: number;
    readonly height?: number;
    readonly channels?: number;
    readonly pix_fmt?: string;
    readonly tags?: { readonly language?: string };
  }[];
  readonly frames: readonly { readonly stream_index: number; readonly pts_time?: string }[];
}

/** Decodes every stream and returns its frame count and times. */
export async function probeStreams(path: string): Promise<StreamFacts[]> {
  const entries =
    'stream=index,codec_type,width,height,channels,pix_fmt:stream_tags=language:frame=stream_index,pts_time';
  const { stdout } = await run(
    tools.ffprobePath,
    ['-v', 'error', '-of', 'json', '-show_entries', entries, '-show_streams', '-show_frames', path],
    { maxBuffer: 1 << 28 },
  );
  const { streams, frames }: Shown = JSON.parse(stdout);
  return streams.map((stream) => {
    const times = frames
      .filter(({ stream_index: index }) => index === stream.index)
      .map((frame) => Number(frame.pts_time));
    return {
      type: stream.codec_type,
      frames: times.length,
      first: times[0] ?? Number.NaN,
      last: times.at(-1) ?? Number.NaN,
      language: stream.tags?.language,
      channels: stream.channels,
      size: stream.width === undefined ? undefined : `${stream.width}x${stream.height}`,
      pixelFormat: stream.pix_fmt,
    };
  });
}

/** Returns the times at which audio starts after silence, in seconds of the presentation. */
export async function audioOnsets(path: string): Promise<number[]> {
  const samplesPerSecond = 48_000;
  const args = ['-v', 'error', '-i', path, '-map', '0:a:0', '-af', 'aresample=async=1:first_pts=0', '-ac', '1', '-ar', String(samplesPerSecond), '-f', 'f32le', '-'];
  const { stdout } = await run(tools.ffmpegPath, args, { encoding: 'buffer', maxBuffer: 1 << 28 });
  const onsets: number[] = [];
  let silent = Infinity;
  for (let index = 0; index * 4 < stdout.length; index += 1) {
    const isLoud = Math.abs(stdout.readFloatLE(index * 4)) > 0.2;
    if (isLoud && silent > samplesPerSecond / 4) onsets.push(index / samplesPerSecond);
    silent = isLoud ? 0 : silent + 1;
  }
  return onsets;
}

/** Returns the brightness of each tile of an image, 0 to 255, row by row. */
export async function tileBrightness(
  path: string,
  tile: { width: number; height: number; columns: number },
): Promise<number[]> {
  const args = ['-v', 'error', '-i', path, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'];
  const { stdout } = await run(tools.ffmpegPath, args, { encoding: 'buffer', maxBuffer: 1 << 28 });
  const rowBytes = tile.width * tile.columns;
  const rows = stdout.length / rowBytes / tile.height;
  // Measures the middle of a tile: compression blurs its edges.
  const middle = (index: number): number =>
    (Math.floor(index / tile.columns) + 0.5) * tile.height * rowBytes + ((index % tile.columns) + 0.5) * tile.width;
  return Array.from({ length: rows * tile.columns }, (_, index) => stdout[middle(index)] ?? 0);
}

/**
 * Decodes a video and returns its runs of black and other frames, such as `['3 black', '22 shown']`. A frame is black if its
 * mean is that of limited-range black.
 */
export async function blackRuns(path: string): Promise<string[]> {
  const args = ['-v', 'error', '-i', path, '-vf', 'scale=1:1:flags=area:in_range=tv:out_range=tv,format=gray', '-fps_mode', 'passthrough', '-f', 'rawvideo', '-'];
  const { stdout } = await run(tools.ffmpegPath, args, { encoding: 'buffer', maxBuffer: 1 << 28 });
  const kinds = [...stdout].map((brightness) => (brightness <= 17 ? 'black' : 'shown'));
  const starts = kinds.flatMap((kind, index) => (kind === kinds[index - 1] ? [] : [index]));
  return starts.map((start, index) => `${(starts[index + 1] ?? kinds.length) - start} ${kinds[start]}`);
}
