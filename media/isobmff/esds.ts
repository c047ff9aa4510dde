import { u16, u32, u8 } from '../byte-writer.ts';
import { writeFullBox } from './box-writer.ts';
import type { ByteReader } from './byte-reader.ts';
import { type LoadedBox, readerOf } from './box-tree.ts';

const DECODER_CONFIG = 0x04;
const DECODER_SPECIFIC = 0x05;
/** `objectTypeIndication` of MPEG-4 audio. */
const AAC = 0x40;

/**
 * Writes the codec string of an elementary stream descriptor, such as `mp4a.40.2`: ISO/IEC 14496-1:2010, 7.2.6; audio
 * object type by ISO/IEC 14496-3:2019, 1.6.2.1.
 *
 * @returns undefined if the descriptor states none
 */
export function esdsObjectType(box: LoadedBox): string | undefined {
  const decoder = readDecoder(box);
  if (decoder === undefined) return undefined;
  const { objectType, reader } = decoder;
  const name = `mp4a.${objectType.toString(16).padStart(2, '0')}`;
  if (objectType !== AAC) return name;
  if (reader.remaining < 3 || reader.u8() !== DECODER_SPECIFIC || lengthOf(reader) === 0) return undefined;
  const first = reader.u8();
  const audioObjectType = first >> 3;
  return `${name}.${audioObjectType === 31 ? 32 + (((first & 7) << 3) | (reader.u8() >> 5)) : audioObjectType}`;
}

/** Returns the AudioSpecificConfig of AAC; undefined for another codec or a descriptor without it. */
export function esdsConfiguration(box: LoadedBox): Uint8Array | undefined {
  const decoder = readDecoder(box);
  if (decoder?.objectType !== AAC) return undefined;
  const { reader } = decoder;
  if (reader.remaining < 3 || reader.u8() !== DECODER_SPECIFIC) return undefined;
  return reader.bytes(Math.min(lengthOf(reader), reader.remaining));
}

/** Reads up to the decoder's own configuration. */
function readDecoder(box: LoadedBox): { readonly objectType: number; readonly reader: ByteReader } | undefined {
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
  return { objectType, reader };
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

/** `streamType` 5, audio, and a reserved bit: ISO/IEC 14496-1:2010, 7.2.6.6. */
const AUDIO_STREAM = 0x15;

/** Writes the elementary stream descriptor of a codec without a configuration of its own: ISO/IEC 14496-1:2010, 7.2.6.5. */
export function writeEsds(objectType: number): Uint8Array {
  const decoder = [DECODER_CONFIG, 13, objectType, AUDIO_STREAM];
  const syncLayer = [0x06, 1, 0x02];
  const ES_DESCRIPTOR = 0x03;
  return writeFullBox('esds', 0, 0, u8(ES_DESCRIPTOR, 3 + 15 + 3), u16(0), u8(0, ...decoder, 0, 0, 0), u32(0, 0), u8(...syncLayer));
}
