import { ByteReader } from './byte-reader.ts';
import { parseBoxHeader } from './box-header.ts';
import { IsobmffError } from './isobmff-error.ts';

export interface SegmentReference {
  /** Bytes. */
  readonly size: number;
  /** Ticks. */
  readonly duration: number;
  readonly startsWithSap: boolean;
}

export interface SegmentIndex {
  readonly trackId: number;
  /** Ticks per second. */
  readonly timescale: number;
  /** Ticks. */
  readonly earliestPresentationTime: number;
  /** Bytes between the end of this box and the first segment. */
  readonly firstOffset: number;
  readonly references: readonly SegmentReference[];
}

/** Largest size that 31 bits hold. */
const MAX_REFERENCED_SIZE = 0x7fff_ffff;

/**
 * Writes ISO/IEC 14496-12:2022, 8.16.3 Segment Index Box in version 1, with references to media only.
 *
 * @throws RangeError for more than 65,535 segments, or a segment of 2 GiB
 */
export function writeSidx(index: SegmentIndex): Uint8Array {
  const { references } = index;
  if (references.length > 0xffff)
    throw new RangeError(`A segment index holds at most 65,535 segments, not ${references.length}.`);
  const bytes = new Uint8Array(40 + 12 * references.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  bytes.set([0x73, 0x69, 0x64, 0x78, 1, 0, 0, 0], 4);
  view.setUint32(12, index.trackId);
  view.setUint32(16, index.timescale);
  view.setBigUint64(20, BigInt(index.earliestPresentationTime));
  view.setBigUint64(28, BigInt(index.firstOffset));
  view.setUint16(38, references.length);
  for (const [position, { size, duration, startsWithSap }] of references.entries()) {
    if (size > MAX_REFERENCED_SIZE) throw new RangeError(`A segment index cannot refer to a segment of ${size} bytes.`);
    const offset = 40 + 12 * position;
    view.setUint32(offset, size);
    view.setUint32(offset + 4, duration);
    // Stream access point of type 1: the segment decodes from its first sample on, in presentation order.
    view.setUint32(offset + 8, startsWithSap ? 0x9000_0000 : 0);
  }
  return bytes;
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.16.3 Segment Index Box.
 *
 * @param bytes one sidx box with its header
 */
export function parseSidx(bytes: Uint8Array): SegmentIndex {
  const { type, headerSize } = parseBoxHeader(bytes, 0, bytes.length);
  if (type !== 'sidx') throw new IsobmffError('bad_value', 'The bytes are not a sidx box.', type);
  const reader = new ByteReader(bytes.subarray(headerSize), 'sidx');
  const { version } = reader.fullBox();
  const trackId = reader.u32();
  const timescale = reader.u32();
  const earliestPresentationTime = version === 0 ? reader.u32() : reader.u64();
  const firstOffset = version === 0 ? reader.u32() : reader.u64();
  reader.skip(2);
  const references = Array.from({ length: reader.u16() }, () => {
    const size = reader.u32() & MAX_REFERENCED_SIZE;
    const duration = reader.u32();
    return { size, duration, startsWithSap: (reader.u32() & 0x8000_0000) !== 0 };
  });
  return { trackId, timescale, earliestPresentationTime, firstOffset, references };
}
