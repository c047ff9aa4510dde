import type { ByteSource } from '../byte-source.ts';
import { type Box, MAX_HEADER_BYTES, parseBoxHeader } from './box-header.ts';
import { findMoov } from './find-moov.ts';
import { unlessDamaged } from './isobmff-error.ts';
import type { Patch } from './tkhd.ts';

const SHORT_HEADER_BYTES = 8;
/** Maximum number of boxes before the movie box. */
const MAX_BOXES = 10_000;

/**
 * Returns the change that ends media data where the movie box begins, if it states a size that leads a reader elsewhere.
 * Returns nothing for any other file.
 *
 * @throws IsobmffError if the file has no movie box
 */
export async function mediaDataRepair(source: ByteSource): Promise<readonly Patch[]> {
  const moov = await findMoov(source);
  let [offset, mediaData]: [number, Box | undefined] = [0, undefined];
  if (moov === undefined) return [];
  for (let count = 0; offset < moov.offset; count += 1) {
    if (count === MAX_BOXES) return [];
    const [at, header] = [offset, await source.read(offset, MAX_HEADER_BYTES)];
    const box = unlessDamaged(() => parseBoxHeader(header, at, source.size));
    if (box?.type === 'mdat') mediaData = box;
    offset = box === undefined ? Infinity : offset + box.size;
  }
  return mediaData === undefined || offset === moov.offset ? [] : [endAt(mediaData, moov.offset)];
}

/** Writes a size: ISO/IEC 14496-12:2022, 4.2.2. */
function endAt({ offset, headerSize }: Box, end: number): Patch {
  const isShort = headerSize === SHORT_HEADER_BYTES;
  const bytes = Buffer.alloc(isShort ? 4 : 8);
  if (isShort) bytes.writeUInt32BE(end - offset);
  else bytes.writeBigUInt64BE(BigInt(end - offset));
  return { offset: isShort ? offset : offset + SHORT_HEADER_BYTES, bytes };
}
