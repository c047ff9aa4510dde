import { byteSourceOf } from '../../../media/byte-source.ts';
import { flvEnd } from '../../../media/flv/flv-end.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';

let bytes: Buffer;
beforeAll(async () => {
  const tracks = ['-f', 'lavfi', '-i', 'testsrc2=s=64x64:r=25:d=5', '-f', 'lavfi', '-i', 'sine=d=5'];
  bytes = await makeWithFfmpeg('a.flv', [...tracks, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-c:a', 'aac']);
});

/** Returns where the tag ends that holds a byte, with the size that follows it. */
function tagEnd(at: number): number {
  let end = 13;
  while (end <= at) end += 11 + (bytes.readUInt32BE(end) & 0xff_ff_ff) + 4;
  return end;
}

/** Gives the file another size in its metadata. */
function declare(size: number, file: Buffer = bytes): Buffer {
  const changed = Buffer.from(file);
  changed.writeDoubleBE(size, changed.indexOf('filesize') + 9);
  return changed;
}

test.each([0.3, 0.6, 0.9])('a file cut to %d of its bytes declares more', async (share) => {
  expect(await flvEnd(byteSourceOf(bytes.subarray(0, Math.floor(bytes.length * share))))).toBe(bytes.length);
});

test('a file cut at the end of a tag, long before its duration, declares more', async () => {
  expect(await flvEnd(byteSourceOf(bytes.subarray(0, tagEnd(bytes.length / 3))))).toBe(bytes.length);
});

test.each<[string, () => Buffer]>([
  ['a complete file', () => bytes],
  ['bytes after its end', () => Buffer.concat([bytes, Buffer.alloc(500)])],
  ['an end without the size of the last tag', () => bytes.subarray(0, -4)],
  ['an old size that is too large', () => declare(bytes.length + 5000)],
  ['no size in its metadata', () => declare(0).subarray(0, -900)],
  ['nothing but its header', () => bytes.subarray(0, 13)],
  ['less than its header', () => bytes.subarray(0, 5)],
])('%s is not taken to be cut off', async (_name, make) => {
  expect(await flvEnd(byteSourceOf(make()))).toBeUndefined();
});
