import { byteSourceOf, type ByteSource } from '../../../media/byte-source.ts';
import { findDamagedSamples } from '../../../media/isobmff/damaged-samples.ts';
import { MAX_WHOLE_BYTES } from '../../../media/containers/parameter-ranges.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { outsideSampleRepairs } from '../../../media/isobmff/outside-samples.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { overwritten } from '../../support/fragments.ts';
import { withoutSizes, withTableEntry } from '../../support/media/damage.ts';

const INPUT = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=6', '-f', 'lavfi', '-i', 'sine=r=48000:d=6'];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

let file: Buffer;
beforeAll(async () => void (file = await makeWithFfmpeg('a.mp4', [...INPUT, ...X264])));

/** Finds the damaged parts of the picture and of the sound, in seconds. */
async function damageOf(bytes: Buffer, source: ByteSource = byteSourceOf(bytes)) {
  const { tracks } = await readMovie(byteSourceOf(bytes));
  return Promise.all(
    tracks.map(async (track) =>
      (await findDamagedSamples(source, track)).gaps.map(({ startSeconds, endSeconds = NaN }) => [Math.round(startSeconds), Math.round(endSeconds)]),
    ),
  );
}

/** Fills shares of the media data with zeros. */
function zeroed(bytes: Buffer, from: number, to: number): Buffer {
  const start = bytes.indexOf('mdat') + 4;
  const length = bytes.readUInt32BE(start - 8) - 8;
  return overwritten(bytes, start + length * from, start + length * to);
}

test('finds no damage in an intact file', async () => {
  expect(await damageOf(file)).toEqual([[], []]);
});

test('finds when zeros begin and end, in picture and sound', async () => {
  expect(await damageOf(zeroed(file, 1 / 3, 1 / 2))).toEqual([[[2, 3]], [[2, 3]]]);
  expect(await damageOf(zeroed(file, 0, 1 / 6))).toEqual([[[0, 1]], [[0, 1]]]);
  expect(await damageOf(zeroed(file, 5 / 6, 1))).toEqual([[[5, 6]], [[5, 6]]]);
  expect(await damageOf(zeroed(zeroed(file, 1 / 6, 1 / 3), 2 / 3, 5 / 6))).toEqual([[[1, 2], [4, 5]], [[1, 2], [4, 5]]]);
});

test('does not take silence in PCM for damage', async () => {
  const silence = ['-f', 'lavfi', '-i', 'anullsrc=r=48000', '-t', '1'];
  expect(await damageOf(await makeWithFfmpeg('a.mov', [...silence, '-c:a', 'pcm_s16le']))).toEqual([[]]);
  expect(await damageOf(await makeWithFfmpeg('a.mp4', [...silence, '-c:a', 'aac']))).toEqual([[]]);
});

test.each(['stco', 'stsz'] as const)('finds samples that %s places outside the file, in picture and sound', async (type) => {
  expect(await damageOf(withTableEntry(file, type, 0, 0x7f_ff_ff_f0))).toEqual([[[3, 3]], []]);
  expect(await damageOf(withTableEntry(file, type, 1, 0x7f_ff_ff_f0))).toEqual([[], [[3, 3]]]);
});

test('finds samples whose size is 0 by mistake', async () => {
  const [[picture], sound] = [await damageOf(withoutSizes(file, 0)), (await damageOf(withoutSizes(file, 1)))[1]];
  expect(picture).toEqual([[2, 3]]);
  expect(sound).toEqual([[2, 3]]);
});

test('finds one sample outside a file of which few are read', async () => {
  const bytes = withTableEntry(file, 'stsz', 0, 0xff_ff_ff_f0);
  const source = { size: MAX_WHOLE_BYTES + 1, read: async (offset: number, length: number) => bytes.subarray(offset, offset + length) };
  expect((await damageOf(bytes, source))[0]).toHaveLength(1);
});

test('empties samples outside the file that others follow', async () => {
  expect(await outsideSampleRepairs(byteSourceOf(file))).toEqual([]);
  const broken = withTableEntry(file, 'stsz', 0, 0x7f_ff_ff_f0);
  const repaired = Buffer.from(broken);
  for (const { offset, bytes } of await outsideSampleRepairs(byteSourceOf(broken))) repaired.set(bytes, offset);
  expect(repaired.length).toBe(file.length);
  expect(repaired.indexOf('stsz')).toBe(file.indexOf('stsz'));
  expect(await outsideSampleRepairs(byteSourceOf(repaired))).toEqual([]);
  const start = file.lastIndexOf('mdat') < file.indexOf('moov') ? file.indexOf('moov') - 4 : file.length;
  const cutOff = Buffer.concat([file.subarray(start), file.subarray(0, start / 2)]);
  expect(await outsideSampleRepairs(byteSourceOf(cutOff))).toEqual([]);
});

test.each([
  ['PCM', 'pcm_s16le', 0],
  ['A-law', 'pcm_alaw', 0xd5],
])('moves chunks of %s outside the file to silence after it', async (_, codec, silence) => {
  const recording = await makeWithFfmpeg('a.mov', [...INPUT, ...X264, '-c:a', codec]);
  expect(await outsideSampleRepairs(byteSourceOf(recording))).toEqual([]);
  const broken = withTableEntry(recording, 'stco', 1, 0x7f_ff_ff_f0);
  const [added, moved] = await outsideSampleRepairs(byteSourceOf(broken));
  expect(added?.offset).toBe(broken.length);
  expect(new Set(added?.bytes)).toEqual(new Set([silence]));
  const repaired = Buffer.concat([broken, added?.bytes ?? Buffer.alloc(0)]);
  repaired.set(moved?.bytes ?? [], moved?.offset);
  expect(await outsideSampleRepairs(byteSourceOf(repaired))).toEqual([]);
});

test('reads few samples of a large file, and the edges of damage', async () => {
  const bytes = zeroed(file, 1 / 3, 1 / 2);
  let reads = 0;
  const large: ByteSource = {
    size: 2 ** 40,
    read: async (offset, length) => {
      reads += 1;
      return bytes.subarray(offset, offset + length);
    },
  };
  expect(await damageOf(bytes, large)).toEqual([[[2, 3]], [[2, 3]]]);
  expect(reads).toBeLessThan(150);
});
