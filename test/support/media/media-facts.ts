import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureFfmpeg } from '../../../local/cli/ffmpeg.ts';

const run = promisify(execFile);
const tools = ensureFfmpeg(() => undefined);

/** Decodes a file or playlist and returns ffmpeg's warnings; empty if there are none. */
export async function decodeWarnings(path: string): Promise<string> {
  const { stderr } = await run(tools.ffmpegPath, ['-v', 'warning', '-i', path, '-map', '0', '-f', 'null', '-']);
  return stderr;
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
