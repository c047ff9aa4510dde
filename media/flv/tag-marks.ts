import type { ByteSource } from '../byte-source.ts';
import type { MarkList, ReadMarks } from '../gaps/gap.ts';
import { walkUnits } from '../gaps/walk-units.ts';
import { hasZeroRun } from '../gaps/zero-run.ts';

// Video File Format Specification 10.1, E.3 and E.4.1.
const TAG_HEAD = 11;
const SIZE_BYTES = 4;
const [AUDIO, VIDEO, SCRIPT] = [8, 9, 18];

/**
 * Returns a reader of the times of tags, which finds bytes that are no tags.
 *
 * @returns undefined for a file without a header
 */
export async function tagMarks(source: ByteSource): Promise<ReadMarks | undefined> {
  const header = Buffer.from(await source.read(0, 9));
  if (header.length < 9) return undefined;
  let hasKey = false;
  const read = async (bytes: ByteSource, at: number, list: MarkList): Promise<number | undefined> => {
    const head = Buffer.from(await bytes.read(at, TAG_HEAD));
    const size = tagSize(head, 0);
    if (head.toString('latin1', 0, 3) === 'FLV' && head.length > 9) {
      list.change();
      return at + head.readUInt32BE(5) + SIZE_BYTES;
    }
    if (size === undefined || at + size > source.size) return undefined;
    const type = (head[0] ?? 0) & 0x1f;
    if (type !== SCRIPT && size > TAG_HEAD) list.time(type, timeMsOf(head) / 1000);
    if (type === VIDEO && size > TAG_HEAD && !hasKey) {
      const frame = frameKind(await bytes.read(at + TAG_HEAD, 2));
      if (frame !== undefined) list.picture(VIDEO, frame);
      hasKey = frame === 'key';
    }
    if (type === VIDEO && hasZeroRun(await avcFrame(bytes, at, size))) list.break(size);
    return at + size + SIZE_BYTES;
  };
  return walkUnits(source, { read, find: findTag, headBytes: HEAD_BYTES, first: header.readUInt32BE(5) + SIZE_BYTES });
}

/** Returns whether a video tag holds a key frame; undefined for one without a picture: E.4.3.1. */
function frameKind([first = 0, second = 0]: Uint8Array): 'key' | 'dependent' | undefined {
  const isExtended = (first & 0x80) !== 0;
  const isHead = isExtended ? (first & 0x0f) !== 1 && (first & 0x0f) !== 3 : (first & 0x0f) === 7 && second !== 1;
  const kind = (first >> 4) & 7;
  return isHead || kind === 0 || kind === 5 ? undefined : kind === 1 || kind === 4 ? 'key' : 'dependent';
}

/** Reads a tag if it holds H.264, which E.4.3.1 numbers 7. */
async function avcFrame(source: ByteSource, at: number, size: number): Promise<Uint8Array> {
  const [first = 0] = await source.read(at + TAG_HEAD, 1);
  return (first & 0x0f) === 7 && (first & 0x80) === 0 ? source.read(at + TAG_HEAD, size - TAG_HEAD) : new Uint8Array();
}

/** Number of bytes in which a tag and the size after it are recognized; a longer tag is found by those that follow. */
const HEAD_BYTES = 256 * 1024;

/** Finds a tag by its head and the size that repeats after it. */
function findTag(bytes: Buffer): number | undefined {
  for (let at = 0; at + TAG_HEAD <= bytes.length; at += 1) {
    const size = tagSize(bytes, at);
    if (size !== undefined && at + size + SIZE_BYTES <= bytes.length && bytes.readUInt32BE(at + size) === size) return at;
  }
  return undefined;
}

/** Returns the size of a tag without the size that follows it; undefined for anything else. */
function tagSize(bytes: Buffer, at: number): number | undefined {
  const type = (bytes[at] ?? 0) & 0x1f;
  const isTag = at + TAG_HEAD <= bytes.length && (type === AUDIO || type === VIDEO || type === SCRIPT);
  // The number of the stream is always 0.
  return isTag && bytes.readUIntBE(at + 8, 3) === 0 ? TAG_HEAD + bytes.readUIntBE(at + 1, 3) : undefined;
}

/** The fourth byte holds the highest bits. */
function timeMsOf(head: Buffer): number {
  return (head[7] ?? 0) * 2 ** 24 + head.readUIntBE(4, 3);
}
