import type { ByteSource } from '../byte-source.ts';
import { collectGaps } from '../gaps/collect-gaps.ts';
import type { Gap, MarkList } from '../gaps/gap.ts';
import { MAX_WHOLE_BYTES } from '../gaps/read-parts.ts';
import { walkUnits } from '../gaps/walk-units.ts';

// SMPTE ST 377-1, 6.3: a file is a chain of keys, lengths and values.
const KEY_START = Buffer.from('060e2b34', 'hex');
const KEY_BYTES = 16;
const MAX_LENGTH_BYTES = 9;
/** Bytes 9 to 12 of the keys of elements in a generic container: SMPTE ST 379-2, 7.1. */
const ELEMENT = Buffer.from('0d010301', 'hex');
/** Item types of pictures, byte 13: of a content package and of a generic container. */
const PICTURES: ReadonlySet<number> = new Set([0x05, 0x15]);
/** Tag and length of a track's edit rate in the header: SMPTE ST 377-1, Annex B. */
const EDIT_RATE = Buffer.from('4b010008', 'hex');
const HEADER_BYTES = 1024 * 1024;

/**
 * Finds where the chain of triplets breaks in an MXF of up to 128 MiB. Triplets have no times: pictures are counted, and how
 * many are missing is unknown.
 */
export async function findTripletGaps(source: ByteSource): Promise<readonly Gap[]> {
  if (source.size > MAX_WHOLE_BYTES) return [];
  const header = Buffer.from(await source.read(0, HEADER_BYTES));
  const first = header.indexOf(KEY_START);
  const frameSeconds = frameDuration(header);
  if (first < 0 || frameSeconds === undefined) return [];
  let frames = 0;
  const read = async (bytes: ByteSource, at: number, list: MarkList): Promise<number | undefined> => {
    const head = Buffer.from(await bytes.read(at, KEY_BYTES + MAX_LENGTH_BYTES));
    const length = head.subarray(0, KEY_START.length).equals(KEY_START) ? valueLength(head) : undefined;
    if (length === undefined || at + length > source.size) return undefined;
    if (isPicture(head)) {
      list.time(0, frames * frameSeconds);
      frames += 1;
    }
    return at + length;
  };
  const find = (bytes: Buffer): number | undefined => {
    const at = bytes.indexOf(KEY_START);
    return at < 0 ? undefined : at;
  };
  const readMarks = walkUnits(source, { read, find, headBytes: KEY_BYTES, first });
  const gaps = collectGaps([await readMarks({ start: first, end: source.size })], {});
  return gaps.map((gap) => ({ ...gap, endSeconds: undefined }));
}

/** Returns the length of a triplet. Lengths of more than 127 begin with their number of bytes: ISO/IEC 8825-1, 8.1.3. */
function valueLength(head: Buffer): number | undefined {
  const first = head[KEY_BYTES] ?? 0;
  if (first < 0x80) return KEY_BYTES + 1 + first;
  const bytes = first & 0x7f;
  if (bytes === 0 || bytes > 8 || head.length < KEY_BYTES + 1 + bytes) return undefined;
  const digits = head.subarray(KEY_BYTES + 1, KEY_BYTES + 1 + bytes);
  return KEY_BYTES + 1 + bytes + digits.reduce((value, byte) => value * 256 + byte, 0);
}

function isPicture(key: Buffer): boolean {
  return key.subarray(8, 12).equals(ELEMENT) && PICTURES.has(key[12] ?? 0);
}

function frameDuration(header: Buffer): number | undefined {
  const at = header.indexOf(EDIT_RATE);
  if (at < 0 || at + 12 > header.length) return undefined;
  const [numerator, denominator] = [header.readUInt32BE(at + 4), header.readUInt32BE(at + 8)];
  return numerator > 0 && denominator > 0 ? denominator / numerator : undefined;
}
