import type { ByteSource } from '../byte-source.ts';
import { findForward } from '../gaps/find-forward.ts';
import { type Box, MAX_HEADER_BYTES, parseBoxHeader } from './box-header.ts';
import { unlessDamaged } from './isobmff-error.ts';

/** Type of a part that is not a box: it is damaged, or follows the last box. */
export const DAMAGED = 'damaged';

const MIN_HEADER_BYTES = 8;
/** Types of boxes at the top level; bytes in a damaged part hardly ever form one. */
const BOX_TYPE = /^[A-Za-z0-9 ]{4}$/;
/** Start of a movie fragment after its size, with its header box of 16 bytes: ISO/IEC 14496-12:2022, 8.8.4 and 8.8.5. */
const FRAGMENT_START = Buffer.from('moof\0\0\0\x10mfhd', 'latin1');
const SIZE_BYTES = 4;
/** Length of a damaged part after which no further fragment is looked for, bytes. */
const MAX_SCAN_BYTES = 64 * 1024 * 1024;

/**
 * Lists the boxes at the top level of a fragmented file. After a damaged part, continues at the next movie fragment, since
 * each one can be read on its own. A box that reaches beyond the file is the last one.
 *
 * @param from offset of a box, bytes
 * @param maxScanBytes length of a damaged part after which the walk ends
 * @yields boxes, and damaged parts as boxes of type `DAMAGED`; stops where the source returns no bytes
 */
export async function* walkBoxes(source: ByteSource, from = 0, maxScanBytes = MAX_SCAN_BYTES): AsyncGenerator<Box, void> {
  let offset = from;
  while (source.size - offset >= MIN_HEADER_BYTES) {
    const header = await source.read(offset, MAX_HEADER_BYTES);
    if (header.length < MIN_HEADER_BYTES) return;
    const box = unlessDamaged(() => parseBoxHeader(header, offset, source.size));
    const isBox = box !== undefined && BOX_TYPE.test(box.type);
    if (isBox && box.size <= source.size - offset) {
      yield box;
      offset += box.size;
      continue;
    }
    const end = Math.min(source.size, offset + 1 + maxScanBytes);
    const headBytes = SIZE_BYTES + FRAGMENT_START.length;
    const next = (await findForward(source, { start: offset + 1, end, headBytes }, findFragment)) ?? end;
    yield isBox && next === source.size ? box : { type: DAMAGED, offset, size: next - offset, headerSize: 0 };
    if (next === end) return;
    offset = next;
  }
}

/** Finds the first movie fragment in bytes, as an offset in them. */
export function findFragment(bytes: Uint8Array): number | undefined {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(FRAGMENT_START);
  return at < SIZE_BYTES ? undefined : at - SIZE_BYTES;
}
