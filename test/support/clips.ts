import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureFfmpeg } from '../../local/cli/ffmpeg.ts';

const run = promisify(execFile);

function silent(): void {}

/** Runs ffmpeg with `args` and returns the bytes of the file that it wrote as `name`. */
export async function makeWithFfmpeg(name: string, args: readonly string[]): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'clip-'));
  try {
    const path = join(directory, name);
    await run(ensureFfmpeg(silent).ffmpegPath, ['-v', 'error', ...args, path], { maxBuffer: 1 << 24 });
    return await readFile(path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const VIDEO = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=2'];
const AUDIO = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=2'];

/** Makes two seconds of a test pattern with a tone, as H.264 and AAC. */
export function makeClip(...extra: string[]): Promise<Buffer> {
  return makeWithFfmpeg('clip.mp4', [...VIDEO, ...AUDIO, '-pix_fmt', 'yuv420p', ...extra]);
}

export function makeAudioClip(): Promise<Buffer> {
  return makeWithFfmpeg('audio.mp4', AUDIO);
}

/**
 * Replaces the identity matrix of the track header, the last one in an MP4, by a clockwise rotation. Versions of ffmpeg
 * differ in the option that writes one.
 */
export function rotateBy90(file: Buffer): Buffer {
  const matrix = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(36);
    for (const [index, value] of values.entries()) bytes.writeInt32BE(value, index * 4);
    return bytes;
  };
  const rotated = Buffer.from(file);
  const at = rotated.lastIndexOf(matrix(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000));
  matrix(0, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000).copy(rotated, at);
  return rotated;
}

export interface DecodedStream {
  readonly type: 'video' | 'audio';
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly frames: number;
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

/** Decodes a whole file or URL with ffprobe, and returns its streams and the warnings. */
export async function decodeAll(input: string): Promise<{ streams: DecodedStream[]; warnings: string }> {
  const { stdout, stderr } = await run(
    ensureFfmpeg(silent).ffprobePath,
    [
      '-v',
      'warning',
      '-show_entries',
      'stream=index,codec_type,width,height:frame=stream_index,pts_time',
      '-of',
      'json',
      input,
    ],
    { maxBuffer: 1 << 28 },
  );
  const { streams, frames } = JSON.parse(stdout) as {
    streams: { index: number; codec_type: 'video' | 'audio'; width?: number; height?: number }[];
    frames: { stream_index: number; pts_time: string }[];
  };
  return {
    streams: streams.map(({ index, codec_type: type, width, height }) => {
      const times = frames.filter((frame) => frame.stream_index === index).map((frame) => Number(frame.pts_time));
      return {
        type,
        width,
        height,
        frames: times.length,
        firstSeconds: Math.min(...times),
        lastSeconds: Math.max(...times),
      };
    }),
    warnings: stderr,
  };
}
