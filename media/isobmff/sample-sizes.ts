import { findBox, type LoadedBox, readerOf } from './box-tree.ts';

/** Returns the number of samples in a track's tables: ISO/IEC 14496-12:2022, 8.7.3, Sample Size Boxes. */
export function readSampleCount(stbl: LoadedBox): number {
  return readSampleSizes(stbl).count;
}

export interface SampleSizes {
  /** Number of samples as claimed; a table may hold the sizes of fewer. */
  readonly count: number;
  /** Number of samples whose sizes are known. */
  readonly held: number;
  /** Returns the total size of the samples from one position up to another, bytes. Takes a step for each size in the table. */
  total(first: number, end: number): number;
  /** Returns the size of a sample, bytes; 0 beyond the table. */
  of(sample: number): number;
}

/** Reads the sizes of a track's samples. */
export function readSampleSizes(stbl: LoadedBox): SampleSizes {
  const box = findBox(stbl, 'stsz') ?? findBox(stbl, 'stz2');
  if (box === undefined) return { count: 0, held: 0, total: () => 0, of: () => 0 };
  const reader = readerOf(box);
  reader.skip(4);
  // In the compact box, three reserved bytes and the field width take this place.
  const common = reader.u32();
  const count = reader.u32();
  if (box.type === 'stsz' && common > 0) return { count, held: count, total: (first, end) => common * Math.max(0, end - first), of: () => common };
  const sizes = box.content.subarray(reader.position);
  const view = new DataView(sizes.buffer, sizes.byteOffset, sizes.byteLength);
  const bits = box.type === 'stsz' ? 32 : common;
  const held = Math.min(count, Math.floor((sizes.length * 8) / Math.max(4, bits)));
  const sizeOf = (sample: number): number => {
    if (bits === 32) return view.getUint32(sample * 4);
    if (bits === 16) return view.getUint16(sample * 2);
    const byte = view.getUint8(bits === 8 ? sample : sample >> 1);
    return bits === 8 ? byte : sample % 2 === 0 ? byte >> 4 : byte & 15;
  };
  const total = (first: number, end: number): number => {
    let sum = 0;
    for (let sample = first; sample < Math.min(end, held); sample += 1) sum += sizeOf(sample);
    return sum;
  };
  return { count, held, total, of: (sample) => (sample < held ? sizeOf(sample) : 0) };
}
