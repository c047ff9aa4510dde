import type { ByteSource } from '../byte-source.ts';
import { asfGuid } from './asf-guid.ts';

const FILE_PROPERTIES = asfGuid('8CABDCA1-A947-11CF-8EE4-00C00C205365');
const HEADER_OBJECT_HEAD = 30;
/** Objects of the header, of which the file's properties are among the first. */
const MAX_OBJECTS = 64;
const IS_BROADCAST = 1;

/**
 * The size that the header of a Windows Media file says the file has: ASF Specification 01.20.03, 3.2.
 *
 * @returns undefined for a broadcast, in which it means nothing
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
