import type { ByteSource } from '../byte-source.ts';
import { type Box, MAX_HEADER_BYTES, parseBoxHeader } from './box-header.ts';
import { IsobmffError } from './isobmff-error.ts';

/** Types of first boxes in real files: those of ISO/IEC 14496-12, and those of QuickTime files older than `ftyp`. */
export const FIRST_BOX_TYPES: ReadonlySet<string> = new Set([
  'ftyp', 'styp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'sidx', 'moof', 'uuid', 'junk',
]);

export interface WalkOptions {
  /** Stops after the first box of this type, which is the last one returned. @default all boxes */
  readonly until?: string;
  /** @default 100,000, over four times the boxes of a three-hour file in one-second fragments */
  readonly maxBoxes?: number;
}

/**
 * Lists the boxes at the top level of a file without reading their content, one small read per box.
 *
 * @throws IsobmffError `not_isobmff`, `box_too_small`, `box_beyond_file` (with the type of the box that was cut off),
 *   `too_many_boxes` (with the type `moof` if there are fragments)
 */
export async function walkTopLevel(source: ByteSource, options: WalkOptions = {}): Promise<readonly Box[]> {
  const { until, maxBoxes = 100_000 } = options;
  const boxes: Box[] = [];
  let offset = 0;
  while (offset < source.size) {
    if (boxes.length === maxBoxes)
      throw new IsobmffError('too_many_boxes', `The file has more than ${maxBoxes} boxes.`, boxes.find(({ type }) => type === 'moof')?.type);
    const box = await readHeader(source, offset);
    if (boxes.length === 0 && !FIRST_BOX_TYPES.has(box.type)) {
      throw new IsobmffError('not_isobmff', 'The file does not begin with a box of an ISO base media file.');
    }
    if (box.size > source.size - offset) {
      const missing = box.size - (source.size - offset);
      throw new IsobmffError(
        'box_beyond_file',
        `The last ${missing} bytes of box ${box.type} at ${offset} are missing.`,
        box.type,
      );
    }
    boxes.push(box);
    if (box.type === until) break;
    offset += box.size;
  }
  return boxes;
}

async function readHeader(source: ByteSource, offset: number): Promise<Box> {
  const bytes = await source.read(offset, Math.min(MAX_HEADER_BYTES, source.size - offset));
  // Some recorders pad the end of the file with a few zero bytes, too few for a box.
  if (bytes.length < 8) return { type: 'free', offset, size: source.size - offset, headerSize: bytes.length };
  return parseBoxHeader(bytes, offset, source.size);
}
