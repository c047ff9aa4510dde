import type { ByteReader } from './byte-reader.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';

const DECODER_CONFIG = 0x04;
const DECODER_SPECIFIC = 0x05;

/**
 * Writes the codec string of an elementary stream descriptor, such as `mp4a.40.2`: ISO/IEC 14496-1:2010, 7.2.6; audio
 * object type by ISO/IEC 14496-3:2019, 1.6.2.1.
 *
 * @returns undefined if the descriptor states none
 */
export function esdsObjectType(box: LoadedBox): string | undefined {
  const reader = readerOf(box);
  reader.fullBox();
  reader.u8();
  lengthOf(reader);
  reader.skip(2);
  const flags = reader.u8();
  if ((flags & 0x80) !== 0) reader.skip(2);
  if ((flags & 0x40) !== 0) reader.skip(reader.u8());
  if ((flags & 0x20) !== 0) reader.skip(2);
  if (reader.u8() !== DECODER_CONFIG) return undefined;
  lengthOf(reader);
  const objectType = reader.u8();
  reader.skip(12);
  const name = `mp4a.${objectType.toString(16).padStart(2, '0')}`;
  if (objectType !== 0x40) return name;
  if (reader.remaining < 3 || reader.u8() !== DECODER_SPECIFIC || lengthOf(reader) === 0) return undefined;
  const first = reader.u8();
  const audioObjectType = first >> 3;
  return `${name}.${audioObjectType === 31 ? 32 + (((first & 7) << 3) | (reader.u8() >> 5)) : audioObjectType}`;
}

/** Reads a length of at most four bytes, seven bits each; the highest bit of a byte indicates that more follow. */
function lengthOf(reader: ByteReader): number {
  let length = 0;
  for (let index = 0; index < 4; index += 1) {
    const byte = reader.u8();
    length = length * 128 + (byte & 127);
    if ((byte & 128) === 0) break;
  }
  return length;
}
