import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byteSourceOf, type ByteSource } from '../../../media/byte-source.ts';
import { hasEmbeddedCaptions } from '../../../media/captions/embedded-captions.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { captionUnit, SILENCE, TEXT, withUnits } from '../../support/media/caption-packets.ts';

let stream: Buffer;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'captions-'));
  stream = await makeWithFfmpeg('a.h264', ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=1', '-c:v', 'libx264', '-pix_fmt', 'yuv420p']);
});
afterAll(() => rm(directory, { recursive: true }));

/** Makes a file whose frames carry these captions. */
async function make(file: string, triplets: readonly number[]): Promise<Buffer> {
  const path = join(directory, `${file}.h264`);
  await writeFile(path, withUnits(stream, captionUnit(triplets)));
  const movie = await makeWithFfmpeg('a.mp4', ['-r', '10', '-i', path, '-c', 'copy']);
  // Only an MP4 can hold the stream without time stamps of its own.
  await writeFile(`${path}.mp4`, movie);
  return makeWithFfmpeg(file, ['-i', `${path}.mp4`, '-c', 'copy']);
}

test.each([['isobmff', 'a.mp4'], ['matroska', 'a.mkv'], ['mpegts', 'a.ts'], ['flv', 'a.flv']])('finds captions in %s, and no silence', async (container, file) => {
  expect(await hasEmbeddedCaptions(container, byteSourceOf(await make(file, TEXT)))).toBe(true);
  expect(await hasEmbeddedCaptions(container, byteSourceOf(await make(file, SILENCE)))).toBe(false);
});

/** A large file with a unit in every part of 16 MB; counts the bytes that are read. */
function large(unitOf: (part: number) => Buffer | undefined): { source: ByteSource; read: () => number } {
  const PART = 16 * 1024 * 1024;
  let total = 0;
  const source: ByteSource = {
    size: 32 * PART,
    read: (offset, length) => {
      total += length;
      const bytes = Buffer.alloc(length);
      unitOf(Math.floor(offset / PART))?.copy(bytes, 100);
      return Promise.resolve(bytes);
    },
  };
  return { source, read: () => total };
}

test('looks at more places where packets for captions are empty', async () => {
  const { source, read } = large((part) => captionUnit(part === 6 ? TEXT : SILENCE));
  expect(await hasEmbeddedCaptions('isobmff', source)).toBe(true);
  expect(read()).toBeLessThan(8 * 1024 * 1024);
});

test('reads little of a file without packets for captions', async () => {
  const { source, read } = large(() => undefined);
  expect(await hasEmbeddedCaptions('isobmff', source)).toBe(false);
  expect(read()).toBeLessThan(2 * 1024 * 1024);
});
