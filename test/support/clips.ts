import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../local/cli/ffmpeg.ts';

const run = promisify(execFile);

/** Clips that suites share, since many make the same one. */
const MADE_CLIPS = join(import.meta.dirname, '../../.build/test-clips');

/** Runs ffmpeg with `args`, or finds what it made of them before, and returns the bytes of the file that it wrote as `name`. */
export async function makeWithFfmpeg(name: string, args: readonly string[]): Promise<Buffer> {
  const { ffmpegPath } = getFfmpeg();
  if (readsFiles(args)) return make(name, args);
  const { mtimeMs, size } = await stat(ffmpegPath);
  const maker = JSON.stringify([ffmpegPath, mtimeMs, size, name, ...args]);
  const path = join(MADE_CLIPS, createHash('sha256').update(maker).digest('hex'));
  const found = await readFile(path).catch(() => undefined);
  if (found !== undefined) return found;
  const made = await make(name, args);
  await mkdir(MADE_CLIPS, { recursive: true });
  // Another worker may write the same clip.
  const partial = `${path}.${randomUUID()}`;
  await writeFile(partial, made);
  await rename(partial, path);
  return made;
}

/** Returns whether the result depends on more than the arguments. */
function readsFiles(args: readonly string[]): boolean {
  const reads = (arg: string, at: number): boolean => arg === '-i' && args[at - 1] !== 'lavfi';
  return args.some((arg, at) => reads(arg, at) || arg.includes(tmpdir()) || isAbsolute(arg));
}

async function make(name: string, args: readonly string[]): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'clip-'));
  try {
    const path = join(directory, name);
    await run(getFfmpeg().ffmpegPath, ['-v', 'error', ...args, path], { maxBuffer: 1 << 24 });
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

/**
 * Overwrites packets of one stream in part of a file, leaving the container intact.
 *
 * @param stream as ffmpeg names it, such as `a:1`
 * @param intact bytes to keep at the start of each packet: the length of an H.264 unit, a block's head
 */
export async function damagePackets(
  file: Buffer,
  stream: string,
  [from, to]: readonly [number, number],
  intact = 4,
): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'clip-'));
  try {
    const path = join(directory, 'whole');
    await writeFile(path, file);
    const shown = ['-select_streams', stream, '-show_entries', 'packet=pts_time,pos,size', '-of', 'json', path];
    const { stdout } = await run(getFfmpeg().ffprobePath, ['-v', 'error', ...shown], { maxBuffer: 1 << 26 });
    const { packets } = JSON.parse(stdout) as { packets: { pts_time: string; pos: string; size: string }[] };
    const damaged = Buffer.from(file);
    for (const { pts_time: time, pos, size } of packets) {
      if (Number(time) >= from && Number(time) < to) damaged.fill(0x55, Number(pos) + intact, Number(pos) + Number(size));
    }
    return damaged;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Turns the default duration of a frame into an element without meaning, as files of browsers have none. */
export function withoutDefaultDuration(file: Buffer): Buffer {
  const at = file.indexOf(Buffer.from('23e383', 'hex'));
  const size = 4 + ((file[at + 3] ?? 0) & 0x7f);
  const padding = Buffer.alloc(size, 0);
  padding.set([0xec, 0x80 | (size - 2)]);
  return Buffer.concat([file.subarray(0, at), padding, file.subarray(at + size)]);
}

export interface DecodedStream {
  readonly type: 'video' | 'audio';
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly frames: number;
  readonly firstSeconds: number;
  readonly lastSeconds: number;
}

/**
 * Decodes a file or URL with ffprobe, and returns its streams and the warnings.
 *
 * @param seconds from the start; undefined to decode everything
 */
export async function decodeAll(
  input: string,
  seconds?: number,
): Promise<{ streams: DecodedStream[]; warnings: string }> {
  const { stdout, stderr } = await run(
    getFfmpeg().ffprobePath,
    [
      '-v',
      'warning',
      ...(seconds === undefined ? [] : ['-read_intervals', `%+${seconds}`]),
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

/** Concatenates the streams of files into one file, whose name decides the container. */
export async function joinFiles(files: readonly Buffer[], name: string, ...args: readonly string[]): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'join-'));
  try {
    await Promise.all(files.map((file, index) => writeFile(join(directory, `part${index}`), file)));
    await writeFile(join(directory, 'list'), files.map((_, index) => `file part${index}\n`).join(''));
    const list = ['-f', 'concat', '-i', join(directory, 'list'), '-map', '0', '-c', 'copy'];
    return await makeWithFfmpeg(name, [...list, ...args]);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/**
 * Makes a transport stream with changing parameters, from parts of this many seconds each, in one run of ffmpeg.
 *
 * @param parts inputs of one stream each, then options of their output
 */
export async function makeChangingStream(seconds: number, ...parts: readonly (readonly string[])[]): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'parts-'));
  try {
    const [inputs, outputs]: [string[], string[]] = [[], []];
    for (const [index, part] of parts.entries()) {
      const before = countInputs(inputs);
      const end = part.lastIndexOf('-i') + 2;
      inputs.push(...part.slice(0, end));
      const maps = Array.from({ length: countInputs(inputs) - before }, (_, input) => ['-map', String(before + input)]);
      outputs.push(...maps.flat(), ...part.slice(end), '-output_ts_offset', String(index * seconds), join(directory, `${index}.ts`));
    }
    await run(getFfmpeg().ffmpegPath, ['-v', 'error', ...inputs, ...outputs], { maxBuffer: 1 << 24 });
    return Buffer.concat(await Promise.all(parts.map((_, index) => readFile(join(directory, `${index}.ts`)))));
  } finally {
    await rm(directory, { recursive: true });
  }
}

function countInputs(args: readonly string[]): number {
  return args.filter((arg) => arg === '-i').length;
}
