import type { ByteSource } from '../byte-source.ts';

/** An element of an EBML document: RFC 8794, 6. */
export interface EbmlElement {
  readonly id: number;
  readonly headSize: number;
  /** Size of the content in bytes; undefined if it is unknown, as in live recordings. */
  readonly contentSize: number | undefined;
}

/** An id takes four bytes at most, a size eight. */
const MAX_HEAD_BYTES = 12;

/** Reads the head of an element. Returns undefined where there is none, as at the end of the file. */
export async function readElement(source: ByteSource, offset: number): Promise<EbmlElement | undefined> {
  return parseElement(await source.read(offset, MAX_HEAD_BYTES));
}

/** Parses the head of the element with which the bytes begin. */
export function parseElement(bytes: Uint8Array): EbmlElement | undefined {
  const idLength = vintLength(bytes[0]);
  const sizeLength = vintLength(bytes[idLength]);
  if (idLength > 4 || sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  const digits = bytes.subarray(idLength, idLength + sizeLength);
  const isUnknown = digits.every((byte, index) => byte === (index === 0 ? 0x1ff >> sizeLength : 0xff));
  return {
    id: unsignedOf(bytes.subarray(0, idLength)),
    headSize: idLength + sizeLength,
    contentSize: isUnknown ? undefined : vintOf(digits),
  };
}

/** Lists the children of an element in memory; stops at the first one that is not whole. */
export function* childrenOf(content: Uint8Array): Generator<{ readonly id: number; readonly content: Uint8Array }> {
  let offset = 0;
  while (offset < content.length) {
    const element = parseElement(content.subarray(offset, offset + MAX_HEAD_BYTES));
    if (element?.contentSize === undefined) return;
    const start = offset + element.headSize;
    offset = start + element.contentSize;
    if (offset > content.length) return;
    yield { id: element.id, content: content.subarray(start, offset) };
  }
}

/** Returns the content of the first child with an id. */
export function findChild(parent: Uint8Array, wanted: number): Uint8Array | undefined {
  for (const child of childrenOf(parent)) if (child.id === wanted) return child.content;
  return undefined;
}

/** Returns the length of a number from its first byte: one more than the leading zero bits; 9 for an invalid byte. */
export function vintLength(byte = 0): number {
  return Math.clz32(byte) - 24 + 1;
}

/** Returns the value of a number of variable size, without the bit that marks its length: RFC 8794, 4. */
export function vintOf([first = 0, ...others]: Uint8Array): number {
  return unsignedOf(Uint8Array.of(first & (0xff >> (others.length + 1)), ...others));
}

/** Returns an unsigned integer. Loses bits above 2^53. */
export function unsignedOf(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
