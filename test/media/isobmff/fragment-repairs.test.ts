import { byteSourceOf } from '../../../media/byte-source.ts';
import { fragmentRepairs } from '../../../media/isobmff/fragment-repairs.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { boxesOf, fragmentsOf, overwritten, withoutFragments } from '../../support/fragments.ts';

const INPUT = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=4', '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '10'];

function make(flags: string): Promise<Buffer> {
  return makeWithFfmpeg('a.mp4', [...INPUT, '-movflags', `frag_keyframe+default_base_moof+${flags}`]);
}

/** Returns the types of the boxes of a repaired file. */
async function repair(file: Buffer): Promise<string> {
  const repaired = Buffer.from(file);
  for (const { offset, bytes } of await fragmentRepairs(byteSourceOf(file))) repaired.set(bytes, offset);
  return boxesOf(repaired).map(({ type }) => type).join(' ');
}

test('changes nothing in an intact file', async () => {
  for (const flags of ['empty_moov', 'dash+global_sidx']) expect(await fragmentRepairs(byteSourceOf(await make(flags)))).toEqual([]);
  expect(await fragmentRepairs(byteSourceOf(await makeWithFfmpeg('a.mp4', INPUT)))).toEqual([]);
});

test('covers damaged parts and unreadable indexes with free space', async () => {
  const file = await make('empty_moov+skip_trailer');
  const [, second, third] = fragmentsOf(file);
  const [from, to] = [second?.start ?? 0, third?.start ?? 0];
  expect(await repair(overwritten(file, from, to - 9))).toBe('ftyp moov moof mdat free moof mdat moof mdat');
  expect(await repair(overwritten(file, from + 8, from + file.readUInt32BE(from)))).toBe('ftyp moov moof mdat free mdat moof mdat moof mdat');
});

test('disables a segment index that does not match the fragments', async () => {
  const file = await make('dash+global_sidx');
  expect(await repair(withoutFragments(file, 2))).toMatch(/^ftyp moov free moof/);
});
