import { byteSourceOf } from '../../../media/byte-source.ts';
import { MAX_WHOLE_BYTES } from '../../../media/containers/parameter-ranges.ts';
import { findDamagedChunks, isUncompressedSound } from '../../../media/isobmff/damaged-chunks.ts';
import { findDamagedSamples } from '../../../media/isobmff/damaged-samples.ts';
import { readMovie } from '../../../media/isobmff/movie.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { withNoise, withTableEntry, withZeros } from '../../support/media/damage.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=6'];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

function tone(rate: number): string[] {
  return ['-f', 'lavfi', '-i', `sine=r=${rate}:d=6`];
}

function silence(rate: number): string[] {
  return ['-f', 'lavfi', '-t', '6', '-i', `anullsrc=r=${rate}:cl=mono`];
}

/** Makes a QuickTime file. @param source input of the sound */
function movie(codec: string, source: string[], picture = PICTURE): Promise<Buffer> {
  return makeWithFfmpeg('a.mov', [...picture, ...source, ...(picture.length > 0 ? X264 : []), '-c:a', codec]);
}

/** Finds the damaged parts of the sound, in seconds. */
async function damageOf(bytes: Buffer, size = bytes.length): Promise<number[][]> {
  const { tracks } = await readMovie(byteSourceOf(bytes));
  const source = { ...byteSourceOf(bytes), size };
  const [sound, picture] = [tracks.find(isUncompressedSound), tracks.find(({ handler }) => handler === 'vide')];
  const broken = picture === undefined ? [] : (await findDamagedSamples(source, picture)).bytes;
  const gaps = sound === undefined ? [] : await findDamagedChunks(source, sound, broken);
  return gaps.map(({ startSeconds, endSeconds = NaN }) => [Math.round(startSeconds), Math.round(endSeconds)]);
}

test.each(['pcm_alaw', 'pcm_mulaw'])('finds zeros in %s, which has none in silence', async (codec) => {
  const file = await movie(codec, tone(8000), []);
  expect(await damageOf(file)).toEqual([]);
  expect(await damageOf(withZeros(file, { from: 1 / 3, size: 1 / 6 }))).toEqual([[2, 3]]);
  expect(await damageOf(await movie(codec, silence(8000), []))).toEqual([]);
});

test('takes zeros in PCM for silence unless the picture beside them is damaged', async () => {
  expect(await damageOf(await movie('pcm_s16le', silence(48_000)))).toEqual([]);
  const file = await movie('pcm_s16le', tone(48_000));
  expect(await damageOf(file)).toEqual([]);
  expect(await damageOf(withZeros(file, { from: 1 / 3, size: 1 / 6 }))).toEqual([[2, 3]]);
});

test('finds PCM between frames that were overwritten with anything', async () => {
  const file = await movie('pcm_s16le', silence(48_000));
  expect(await damageOf(withNoise(file, { from: 1 / 3, size: 1 / 6 }))).toEqual([[2, 3]]);
});

test('finds PCM that its index places outside the file', async () => {
  const file = await movie('pcm_s16le', tone(48_000));
  const sound = (await readMovie(byteSourceOf(file))).tracks.findIndex(isUncompressedSound);
  expect(await damageOf(withTableEntry(file, 'stco', sound === 0 ? 0 : 1, 0x7f_ff_ff_f0))).toEqual([[3, 3]]);
});

test('finds zeros in a file of which few chunks are read', async () => {
  const file = await movie('pcm_alaw', tone(8000), []);
  expect(await damageOf(withZeros(file, { from: 1 / 3, size: 1 / 6 }), MAX_WHOLE_BYTES + 1)).toEqual([[2, 3]]);
});
