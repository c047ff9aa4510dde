import { findBox, type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';
import { readSampleSizes } from './sample-sizes.ts';

/** Samples of a track that follow each other in the file. */
export interface Chunk {
  /** Offset in the file, bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Number of its first sample, from 0. */
  readonly first: number;
  /** Number of samples. */
  readonly count: number;
  /** Number of their sample entry, from 1. */
  readonly entry: number;
}

/** Maximum number of chunks to visit. */
const MAX_CHUNKS = 500_000;

/**
 * Lists a track's chunks by its tables, which is quicker than its samples where each is one instant of sound: ISO/IEC
 * 14496-12:2022, 8.7.3 to 8.7.5.
 *
 * @throws IsobmffError `field_beyond_box`
 */
export function* listChunks(sampleTable: LoadedBox): Generator<Chunk, void> {
  const [stsc, offsets] = [findBox(sampleTable, 'stsc'), findBox(sampleTable, 'stco') ?? findBox(sampleTable, 'co64')];
  if (stsc === undefined || offsets === undefined) return;
  const sizes = readSampleSizes(sampleTable);
  const runs = readRuns(stsc);
  let [first, run] = [0, 0];
  for (const [chunk, offset] of readOffsets(offsets).entries()) {
    while ((runs[run + 1]?.firstChunk ?? Infinity) <= chunk + 1) run += 1;
    const { perChunk = 0, entry = 1 } = runs[run] ?? {};
    const count = Math.min(perChunk, sizes.count - first);
    if (count <= 0) return;
    yield { offset, size: sizes.total(first, first + count), first, count, entry };
    first += count;
  }
}

function readRuns(stsc: LoadedBox): { readonly firstChunk: number; readonly perChunk: number; readonly entry: number }[] {
  const reader = readerOf(stsc);
  reader.fullBox();
  const count = reader.u32();
  requireRoom(stsc, count * 12, reader.remaining);
  return Array.from({ length: Math.min(count, MAX_CHUNKS) }, () => ({
    firstChunk: reader.u32(),
    perChunk: reader.u32(),
    entry: reader.u32(),
  }));
}

function readOffsets(box: LoadedBox): number[] {
  const reader = readerOf(box);
  reader.fullBox();
  const count = reader.u32();
  const isLong = box.type === 'co64';
  requireRoom(box, count * (isLong ? 8 : 4), reader.remaining);
  return Array.from({ length: Math.min(count, MAX_CHUNKS) }, () => (isLong ? reader.u64() : reader.u32()));
}

function requireRoom({ type }: LoadedBox, needed: number, remaining: number): void {
  if (needed > remaining) throw new IsobmffError('field_beyond_box', `Box ${type} claims more entries than it holds.`, type);
}
