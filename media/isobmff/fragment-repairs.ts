import type { ByteSource } from '../byte-source.ts';
import type { Box } from './box-header.ts';
import { rootOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';
import { type Movie, readMovie } from './movie.ts';
import { parseSidx } from './sidx.ts';
import type { Patch } from './tkhd.ts';
import { MAX_MOOF_BYTES, readTrackFragments } from './track-fragments.ts';
import { DAMAGED, walkBoxes } from './walk-boxes.ts';

const HEADER_BYTES = 8;
/** Maximum number of boxes to visit: two for each fragment of a second in three days. */
const MAX_BOXES = 500_000;
/** Maximum size of a segment index: 65,535 references of twelve bytes. */
const MAX_SIDX_BYTES = 1024 * 1024;
/** Offset of a box's type from its start. */
const TYPE_OFFSET = 4;

/**
 * Returns the changes that let a reader pass the damaged parts of a fragmented file: free space covers those parts and
 * unreadable indexes of fragments, and a segment index that names other offsets is disabled. Reads the indexes of the whole
 * file; returns nothing for an intact one.
 *
 * @throws IsobmffError if the movie box cannot be read; `too_many_boxes`
 */
export async function fragmentRepairs(source: ByteSource): Promise<readonly Patch[]> {
  const movie = await readMovie(source);
  if (!movie.fragmented) return [];
  const [boxes, repairs]: [Box[], Patch[]] = [[], []];
  for await (const box of walkBoxes(source, 0, Infinity)) {
    if (boxes.length + repairs.length > MAX_BOXES) throw new IsobmffError('too_many_boxes', `The file has more than ${MAX_BOXES} boxes.`);
    if (box.type === DAMAGED) repairs.push(...coverWithFreeSpace(box));
    else boxes.push(box);
    if (box.type === 'moof' && !(await isReadable(source, box, movie))) repairs.push(disable(box));
  }
  return [...repairs, ...(await staleIndexes(source, boxes)).map(disable)];
}

async function isReadable(source: ByteSource, { offset, size }: Box, movie: Movie): Promise<boolean> {
  if (size > Math.min(MAX_MOOF_BYTES, source.size - offset)) return true;
  return readTrackFragments(rootOf(await source.read(offset, size), offset), movie) !== undefined;
}

function disable({ offset }: Box): Patch {
  return { offset: offset + TYPE_OFFSET, bytes: Buffer.from('free', 'latin1') };
}

/** Writes the header of a box, with a 64-bit size where needed: ISO/IEC 14496-12:2022, 4.2.2. */
function coverWithFreeSpace({ offset, size }: Box): Patch[] {
  if (size < HEADER_BYTES) return [];
  const isShort = size <= 0xffff_ffff;
  const header = Buffer.alloc(isShort ? HEADER_BYTES : 2 * HEADER_BYTES);
  header.writeUInt32BE(isShort ? size : 1);
  header.write('free', TYPE_OFFSET, 'latin1');
  if (!isShort) header.writeBigUInt64BE(BigInt(size), HEADER_BYTES);
  return [{ offset, bytes: header }];
}

/** Returns the segment indexes with a reference that does not end where a box does: ISO/IEC 14496-12:2022, 8.16.3. */
async function staleIndexes(source: ByteSource, boxes: readonly Box[]): Promise<Box[]> {
  const ends = new Set(boxes.map(({ offset, size }) => offset + size));
  const stale: Box[] = [];
  for (const box of boxes.filter(({ type, offset, size }) => type === 'sidx' && size <= MAX_SIDX_BYTES && offset + size <= source.size)) {
    const { firstOffset, references } = parseSidx(await source.read(box.offset, box.size));
    let end = box.offset + box.size + firstOffset;
    const isStale = references.some(({ size }) => {
      end += size;
      return !ends.has(end);
    });
    if (isStale) stale.push(box);
  }
  return stale;
}
