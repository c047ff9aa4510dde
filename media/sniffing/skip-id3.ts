import type { ByteSource } from '../byte-source.ts';

/** Length of the header of a tag, from which `tagLength` reads. */
export const HEADER_BYTES = 10;
const HAS_FOOTER = 0x10;
/** Maximum number of tags to skip. */
const MAX_TAGS = 8;

/**
 * Returns a file without the ID3 tags before its media, which not only MP3 files have but also transport streams of HLS.
 * ID3v2.4, 3.1 and 3.4: https://id3.org/id3v2.4.0-structure
 *
 * @returns the source itself if it does not begin with a tag
 */
export async function skipId3(source: ByteSource): Promise<ByteSource> {
  let start = 0;
  for (let count = 0; count < MAX_TAGS; count += 1) {
    const length = tagLength(await source.read(start, HEADER_BYTES));
    if (length === 0 || start + length >= source.size) break;
    start += length;
  }
  return start === 0 ? source : sourceFrom(source, start);
}

/** Returns the length of the tag at the start of the bytes; 0 without a tag. */
export function tagLength(bytes: Uint8Array): number {
  const [i, d, three, , , flags = 0, ...size] = bytes;
  const isTag = i === 0x49 && d === 0x44 && three === 0x33 && size.length === 4 && size.every((byte) => byte < 0x80);
  if (!isTag) return 0;
  // Four bytes with seven bits each.
  const content = size.reduce((value, byte) => value * 128 + byte, 0);
  return HEADER_BYTES + content + ((flags & HAS_FOOTER) === 0 ? 0 : HEADER_BYTES);
}

function sourceFrom(source: ByteSource, start: number): ByteSource {
  return { size: source.size - start, read: (offset, length) => source.read(start + offset, length), spend: (steps) => source.spend?.(steps) };
}
