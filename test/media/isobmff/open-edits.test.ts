import { byteSourceOf } from '../../../media/byte-source.ts';
import { openEditRepairs } from '../../../media/isobmff/open-edits.ts';
import { makeWithFfmpeg } from '../../support/clips.ts';
import { withOpenEdits } from '../../support/media/edited-movie.ts';

const SOURCE = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=2', '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '2', '-pix_fmt', 'yuv420p'];

test('gives an edit of duration 0 the duration of its media', async () => {
  const file = await makeWithFfmpeg('a.mp4', SOURCE);
  expect(await openEditRepairs(byteSourceOf(file))).toEqual([]);
  const repaired = withOpenEdits(file);
  expect(repaired.equals(file)).toBe(false);
  for (const { offset, bytes } of await openEditRepairs(byteSourceOf(repaired))) repaired.set(bytes, offset);
  const at = file.indexOf('elst');
  const durationOf = (bytes: Buffer): number => bytes.readUInt32BE(at + 12);
  // The media begins with the delay of reordered frames, which the edit leaves out.
  expect(durationOf(repaired) / durationOf(file)).toBeCloseTo(1, 1);
  expect(await openEditRepairs(byteSourceOf(repaired))).toEqual([]);
});

test('leaves fragmented files as they are', async () => {
  const file = await makeWithFfmpeg('a.mp4', [...SOURCE, '-movflags', 'frag_keyframe+delay_moov']);
  expect(await openEditRepairs(byteSourceOf(withOpenEdits(file)))).toEqual([]);
});
