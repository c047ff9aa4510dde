import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeWithFfmpeg } from '../clips.ts';

const PACK_BYTES = 2048;

/**
 * Removes the first second of a file, so that its picture begins without a key frame.
 *
 * @param args further arguments of ffmpeg, such as those of the container
 */
export async function withoutKeyFrame(name: string, file: Buffer, args: readonly string[] = []): Promise<Buffer> {
  // ffmpeg copies a program stream without its times. The picture is stored ahead of its time.
  if (name.endsWith('.mpg')) return file.subarray(PACK_BYTES * Math.ceil(file.length / PACK_BYTES / 16));
  const directory = await mkdtemp(join(tmpdir(), 'late-'));
  try {
    const path = join(directory, name);
    await writeFile(path, file);
    return await makeWithFfmpeg(name, ['-i', path, '-ss', '1', '-c', 'copy', '-copyinkf', ...args]);
  } finally {
    await rm(directory, { recursive: true });
  }
}
