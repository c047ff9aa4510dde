import type { ByteSource } from '../byte-source.ts';
import type { MarkList, ReadMarks } from '../gaps/gap.ts';
import { walkUnits } from '../gaps/walk-units.ts';
import { hasPageChecksum } from './page-checksum.ts';

// RFC 3533, 6.
const CAPTURE = Buffer.from('OggS');
const PAGE_HEAD = 27;
const [BEGINS_STREAM, ENDS_STREAM] = [2, 4];
/** Maximum size of the first page of a stream, which holds the head of its codec. */
const MAX_FIRST_BYTES = 256;
/** Maximum number of streams whose pages are counted. */
const MAX_STREAMS = 64;

/** A logical stream of a file. */
interface OggStream {
  /** Number of its last page. */
  page: number | undefined;
  /** Converts the position of a page to seconds; undefined for streams other than video and sound. */
  readonly toSeconds: ((position: bigint) => number) | undefined;
}

/**
 * Returns a reader of the times of pages, which finds bytes outside pages, pages whose checksum is wrong or that are missing
 * by their numbers, and streams that are cut off.
 */
export async function pageMarks(source: ByteSource): Promise<ReadMarks> {
  const streams = new Map<number, OggStream>();
  let [hasEnd, isCut] = [false, false];
  /** Some programs write no checksums, not even for the first page. */
  const hasChecksums = await startsWithChecksum(source);
  const read = async (bytes: ByteSource, at: number, list: MarkList): Promise<number | undefined> => {
    const head = Buffer.from(await bytes.read(at, PAGE_HEAD));
    if (head.length < PAGE_HEAD || !head.subarray(0, 4).equals(CAPTURE)) return undefined;
    const segments = await bytes.read(at + PAGE_HEAD, head[26] ?? 0);
    const content = at + PAGE_HEAD + segments.length;
    const size = segments.reduce((sum, length) => sum + length, 0);
    isCut = content + size > source.size;
    if (hasChecksums && !isCut && !hasPageChecksum(await bytes.read(at, content + size - at))) {
      list.break(content + size - at);
      return content + size;
    }
    const [position, serial, page] = [head.readBigInt64LE(6), head.readUInt32LE(14), head.readUInt32LE(18)];
    if (((head[5] ?? 0) & BEGINS_STREAM) !== 0 && !streams.has(serial) && streams.size < MAX_STREAMS) {
      const first = Buffer.from(await bytes.read(content, Math.min(size, MAX_FIRST_BYTES)));
      streams.set(serial, { page: undefined, toSeconds: converterOf(first) });
    }
    const stream = streams.get(serial);
    hasEnd ||= stream?.toSeconds !== undefined && ((head[5] ?? 0) & ENDS_STREAM) !== 0;
    if (stream?.toSeconds !== undefined) {
      if (stream.page !== undefined && page > stream.page + 1) list.break(0);
      stream.page = page;
      // A page within a packet has position -1; headers have 0.
      if (position > 0n) list.time(serial, stream.toSeconds(position));
    }
    return content + size;
  };
  const reset = (): void => {
    for (const stream of streams.values()) stream.page = undefined;
  };
  const find = (bytes: Buffer): number | undefined => {
    const at = bytes.indexOf(CAPTURE);
    return at < 0 ? undefined : at;
  };
  const walk = walkUnits(source, { read, find, headBytes: CAPTURE.length, first: 0, reset });
  return async (part) => {
    [hasEnd, isCut] = [false, false];
    const list = await walk(part);
    // The last page of a stream is marked: RFC 3533, 6.
    if (part.end >= source.size && (isCut || !hasEnd) && !list.endsBroken) list.endEarly();
    return list;
  };
}

async function startsWithChecksum(source: ByteSource): Promise<boolean> {
  const head = Buffer.from(await source.read(0, PAGE_HEAD));
  if (head.length < PAGE_HEAD) return false;
  const segments = await source.read(PAGE_HEAD, head[26] ?? 0);
  const page = await source.read(0, segments.reduce((sum, length) => sum + length, PAGE_HEAD + segments.length));
  return hasPageChecksum(page);
}

const OPUS_RATE = 48_000;

/**
 * Returns how a codec counts time, from the head of its stream: Vorbis I specification, 4.2.2; RFC 7845, 4; Theora
 * specification, 6.2 and A.2.3.
 */
function converterOf(first: Buffer): OggStream['toSeconds'] {
  const text = first.toString('latin1', 0, 8);
  if (text.startsWith('\u0001vorbis') && first.length >= 16) return bySamples(first.readUInt32LE(12));
  if (text === 'OpusHead') return bySamples(OPUS_RATE);
  if (!text.startsWith('\u0080theora') || first.length < 42) return undefined;
  const secondsPerFrame = first.readUInt32BE(26) / Math.max(1, first.readUInt32BE(22));
  const shift = BigInt((first.readUInt16BE(40) >> 5) & 0x1f);
  return (position) => Number((position >> shift) + (position & ((1n << shift) - 1n))) * secondsPerFrame;
}

function bySamples(rate: number): (position: bigint) => number {
  return (position) => Number(position) / Math.max(1, rate);
}
