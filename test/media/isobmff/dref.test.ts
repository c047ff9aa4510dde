import { rootOf } from '../../../media/isobmff/box-tree.ts';
import { hasExternalMedia } from '../../../media/isobmff/dref.ts';
import { box, u16, u32 } from '../../support/media/box-builder.ts';

type Reference = readonly [type: string, flags: number, location?: string];

/** Writes a media information box whose sample entries use references, counted from 1. */
function minf(references: readonly Reference[], used: readonly number[]) {
  const entries = references.map(([type, flags, location = '']) => box(type, [u32(flags), Buffer.from(location)]));
  const dinf = box('dinf', box('dref', [u32(0, entries.length), ...entries]));
  const samples = used.map((reference) => box('avc1', [Buffer.alloc(6), u16(reference)]));
  const bytes = box('minf', [dinf, box('stbl', box('stsd', [u32(0, samples.length), ...samples]))]);
  const root = rootOf(bytes);
  return { ...root, content: bytes.subarray(8) };
}

const OWN: Reference = ['url ', 1];
const ELSEWHERE: Reference = ['url ', 0, 'file:///etc/passwd\0'];

test.each<[boolean, string, readonly Reference[], readonly number[]]>([
  [false, 'the file itself', [OWN], [1]],
  [false, 'the file itself, by a QuickTime alias', [['alis', 1]], [1]],
  [false, 'the file itself, by a QuickTime resource', [['rsrc', 1, 'data']], [1]],
  [false, 'the file itself, beside a reference that nothing uses', [ELSEWHERE, OWN], [2]],
  [false, 'identified media data of the file', [['imdt', 0, 'data']], [1]],
  [false, 'a missing reference', [ELSEWHERE], [0, 2]],
  [true, 'a URL', [ELSEWHERE], [1]],
  [true, 'no location', [['url ', 0]], [1]],
  [true, 'a URN', [['urn ', 0, 'urn:a\0']], [1]],
  [true, 'a QuickTime alias', [['alis', 0, 'data']], [1]],
  [true, 'another file in its second description', [OWN, ELSEWHERE], [1, 2]],
])('is external: %s, for %s', (isExternal, _, references, used) => {
  expect(hasExternalMedia(minf(references, used))).toBe(isExternal);
});
