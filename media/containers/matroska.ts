import type { ByteSource } from '../byte-source.ts';

const EBML_HEADER = 0x1a45dfa3;
const SEGMENT = 0x18538067;
/** An id takes four bytes at most, a size eight. */
const MAX_HEAD_BYTES = 12;

interface EbmlElement {
  readonly id: number;
  readonly headSize: number;
  /** Size of the content in bytes; undefined if it is unknown, as in live recordings. */
  readonly contentSize: number | undefined;
}

/** Returns the end of the first segment, which holds the whole video: RFC 9559, 4.5; sizes by RFC 8794, 6. */
export async function matroskaEnd(source: ByteSource): Promise<number | undefined> {
  const header = await readElement(source, 0);
  if (header?.id !== EBML_HEADER || header.contentSize === undefined) return undefined;
  const start = header.headSize + header.contentSize;
  const segment = await readElement(source, start);
  if (segment?.id !== SEGMENT || segment.contentSize === undefined) return undefined;
  return start + segment.headSize + segment.contentSize;
}

async function readElement(source: ByteSource, offset: number): Promise<EbmlElement | undefined> {
  const bytes = await source.read(offset, MAX_HEAD_BYTES);
  const idLength = lengthOf(bytes[0]);
  const sizeLength = lengthOf(bytes[idLength]);
  if (idLength > 4 || sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  const id = bytes.subarray(0, idLength).reduce((value, byte) => value * 256 + byte, 0);
  const digits = Uint8Array.from(bytes.subarray(idLength, idLength + sizeLength));
  digits[0] = (digits[0] ?? 0) & (0xff >> sizeLength);
  const isUnknown = digits.every((byte, index) => byte === (index === 0 ? 0xff >> sizeLength : 0xff));
  const size = digits.reduce((value, byte) => value * 256 + byte, 0);
  return { id, headSize: idLength + sizeLength, contentSize: isUnknown ? undefined : size };
}

/** Returns the length of a number from its first byte: one more than the leading zero bits; 9 for an invalid byte. */
function lengthOf(byte = 0): number {
  return Math.clz32(byte) - 24 + 1;
}
