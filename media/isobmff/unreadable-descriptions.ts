import type { ByteSource } from '../byte-source.ts';
import { boxesIn, findBox, type LoadedBox, rootOf } from './box-tree.ts';
import { readMoov } from './find-moov.ts';
import { IsobmffError } from './isobmff-error.ts';
import type { Patch } from './tkhd.ts';

const FREE = new TextEncoder().encode('free');

/**
 * Returns the bytes that turn each sample description without an entry into free space: ISO/IEC 14496-12:2022, 8.5.2 and
 * 8.1.2. The track keeps its position, without a codec.
 *
 * @returns nothing for a file whose movie box cannot be read
 */
export async function unreadableDescriptions(source: ByteSource): Promise<readonly Patch[]> {
  try {
    const moov = await readMoov(source);
    const root = moov && findBox(rootOf(moov.bytes, moov.offset), 'moov');
    return root === undefined ? [] : boxesIn(root).filter(({ type }) => type === 'trak').flatMap(patchesOf);
  } catch (error) {
    if (error instanceof IsobmffError) return [];
    throw error;
  }
}

function patchesOf(trak: LoadedBox): Patch[] {
  const stsd = findBox(trak, 'mdia', 'minf', 'stbl', 'stsd');
  return stsd === undefined || hasEntry(stsd) ? [] : [{ offset: stsd.offset + 4, bytes: FREE }];
}

/** Length of the version, the flags and the number of entries. */
const HEAD_BYTES = 8;
/** Length of an entry's size, format, reserved bytes and data reference. */
const MIN_ENTRY_BYTES = 16;

/** Returns whether the first entry exists and lies within its box, whatever its content. */
function hasEntry({ content }: LoadedBox): boolean {
  if (content.length < HEAD_BYTES + MIN_ENTRY_BYTES) return false;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [entries, size] = [view.getUint32(4), view.getUint32(HEAD_BYTES)];
  return entries > 0 && size >= MIN_ENTRY_BYTES && size <= content.length - HEAD_BYTES;
}
