import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getFfmpeg } from '../../../../../local/cli/ffmpeg.ts';
import type { Level, ReasonCode } from '../../../../../media/packaging/qualification/reason.ts';

/** Topics of the table, in its order, with their headings. */
export const TOPICS = {
  codecs: 'Codecs, profiles and bit depths',
  sound: 'Sound',
  orientation: 'Orientation and pixel aspect',
  edits: 'Edit lists and tracks',
  lengths: 'Starts and ends of picture and sound',
  pictures: 'Key frames and frame rates',
  containers: 'Containers',
} as const;

/** A kind of file, how to make one, and the level at which it can be shown just in time. */
export interface QualifiedFile {
  readonly topic: keyof typeof TOPICS;
  /** Description of the file, in plain words. */
  readonly name: string;
  readonly level: Level;
  /** Codes of why the level is not a higher one. */
  readonly reasons?: readonly ReasonCode[];
  /** Codes of sound that is left out. */
  readonly leftOut?: readonly string[];
  /** Whether Chromium, as distributions build it, cannot decode the file, so that no test has seen it playing. */
  readonly isUnseen?: boolean;
  /** Options of ffmpeg for the picture; undefined for none. @default H.264 as most programs write it */
  readonly video?: readonly string[] | undefined;
  /** Options of ffmpeg for the sound; undefined for none. @default AAC */
  readonly audio?: readonly string[] | undefined;
  /** @default 3 */
  readonly seconds?: number;
  /** Frames per second. @default 25 */
  readonly rate?: number;
  /** Name whose extension decides the container. @default `film.mp4` */
  readonly file?: string;
  /** Changes the file that ffmpeg made. */
  readonly change?: (file: Buffer) => Buffer;
}

/** Fast settings of x264 with two reordered pictures, and a key frame each second of 25 frames. */
export const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '25', '-bf', '2'];
const AAC = ['-c:a', 'aac'];

const [SECONDS, RATE] = [3, 25];

/** Makes the files of kinds, with one run of ffmpeg for all that are equally long and have equally many frames. */
export async function makeQualifiedFiles(kinds: readonly QualifiedFile[]): Promise<ReadonlyMap<QualifiedFile, Buffer>> {
  const inputs = new Map<string, Set<string>>();
  for (const kind of kinds) {
    const outputs = inputs.get(inputOf(kind)) ?? new Set();
    inputs.set(inputOf(kind), outputs.add(outputOf(kind)));
  }
  const folder = await mkdtemp(join(tmpdir(), 'qualified-'));
  try {
    const made = new Map<string, string>();
    for (const [input, outputs] of inputs) {
      const args = [...outputs].flatMap((output) => {
        const options = JSON.parse(output) as string[];
        const path = join(folder, `${made.size}-${options.pop()}`);
        made.set(`${input} ${output}`, path);
        return [...options, path];
      });
      await promisify(execFile)(getFfmpeg().ffmpegPath, ['-v', 'error', ...(JSON.parse(input) as string[]), ...args]);
    }
    const files = new Map<QualifiedFile, Buffer>();
    for (const kind of kinds) {
      const file = await readFile(made.get(`${inputOf(kind)} ${outputOf(kind)}`) ?? '');
      files.set(kind, kind.change?.(file) ?? file);
    }
    return files;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function inputOf({ seconds = SECONDS, rate = RATE }: QualifiedFile): string {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=160x90:rate=${rate}:duration=${seconds}`];
  return JSON.stringify([...picture, '-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`]);
}

function outputOf(kind: QualifiedFile): string {
  const video = 'video' in kind ? kind.video : H264;
  const audio = 'audio' in kind ? kind.audio : AAC;
  return JSON.stringify([...(video ?? ['-vn']), ...(audio ?? ['-an']), '-threads', '1', kind.file ?? 'film.mp4']);
}
