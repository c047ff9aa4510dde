import type { ByteSource } from '../byte-source.ts';

// Clauses below are those of the ASF Specification 01.20.03.

const FILE_PROPERTIES = guid('8CABDCA1-A947-11CF-8EE4-00C00C205365');
const HEADER_OBJECT_HEAD = 30;
/** Limit of header objects to search; the file properties are among the first. */
const MAX_OBJECTS = 64;
const IS_BROADCAST = 1;

/**
 * Returns the file size that the header of a Windows Media file declares: 3.2.
 *
 * @returns undefined for a broadcast, whose size is meaningless, or if the file properties are missing
 */
export async function asfEnd(source: ByteSource): Promise<number | undefined> {
  let offset = HEADER_OBJECT_HEAD;
  for (let object = 0; object < MAX_OBJECTS; object += 1) {
    const bytes = Buffer.from(await source.read(offset, 104));
    if (bytes.length < 24) return undefined;
    if (bytes.subarray(0, 16).equals(FILE_PROPERTIES)) {
      if (bytes.length < 92 || (bytes.readUInt32LE(88) & IS_BROADCAST) !== 0) return undefined;
      return Number(bytes.readBigUInt64LE(40));
    }
    const size = Number(bytes.readBigUInt64LE(16));
    if (size < 24) return undefined;
    offset += size;
  }
  return undefined;
}

/** Header objects of encrypted files: 3.14, 3.15, and the one of later players. */
const ENCRYPTION = [
  guid('2211B3FB-BD23-11D2-B4B7-00A0C955FC6E'),
  guid('298AE614-2622-4C17-B935-DAE07EE9289C'),
  guid('43058533-6981-49E6-9B74-AD12CB86D58C'),
];

/**
 * Returns whether a Windows Media file is encrypted.
 *
 * @param head first bytes of the file, its header among them
 */
export function isProtectedAsf(head: Buffer): boolean {
  return ENCRYPTION.some((object) => head.includes(object));
}

/**
 * Writes a GUID as ASF files store it, the first three fields little-endian: 2.2.2.5.
 *
 * @param text such as `75B22630-668E-11CF-A6D9-00AA0062CE6C`
 */
function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
