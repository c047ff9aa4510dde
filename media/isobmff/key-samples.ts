import { findBox, type LoadedBox, readerOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';
import { parseStts } from './stts.ts';

/** A sample of a track. */
export interface Sample {
  /** Offset in the file, bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Decoding time, ticks. */
  readonly time: number;
  /** Number of its sample entry, from 1. */
  readonly entry: number;
  /** Whether decoding can begin at it. */
  readonly isKey: boolean;
}

export type KeySample = Sample;

export interface KeySamples {
  readonly samples: readonly KeySample[];
  /** Decoding time of the track's last sample, ticks. */
  readonly lastTime: number;
}

/** Maximum number of samples to visit: over two hours at 60 per second. */
const MAX_SAMPLES = 500_000;

/**
 * Finds a track's key samples.
 *
 * @throws IsobmffError `field_beyond_box`
 */
export function findKeySamples(sampleTable: LoadedBox): KeySamples {
  const samples: KeySample[] = [];
  let lastTime = 0;
  for (const sample of listSamples(sampleTable)) {
    if (sample.isKey) samples.push(sample);
    lastTime = sample.time;
  }
  return { samples, lastTime };
}

/**
 * Lists a track's samples by its tables: ISO/IEC 14496-12:2022, 8.6.2, 8.7.3, 8.7.4 and 8.7.5.
 *
 * @throws IsobmffError `field_beyond_box`
 */
export function* listSamples(sampleTable: LoadedBox): Generator<Sample, void> {
  const box = (type: string): LoadedBox | undefined => findBox(sampleTable, type);
  const [stts, stsc, chunks] = [box('stts'), box('stsc'), box('stco') ?? box('co64')];
  const sizes = box('stsz') ?? box('stz2');
  if (stts === undefined || stsc === undefined || chunks === undefined || sizes === undefined) return;
  const { times } = parseStts(stts, MAX_SAMPLES);
  const runs = readTable(stsc, 3);
  const offsets = readOffsets(chunks);
  const sizeOf = readSizes(sizes);
  const stss = box('stss');
  const keys = stss === undefined ? undefined : new Set(readTable(stss, 1).map(([number = 0]) => number - 1));
  let [sample, run] = [0, 0];
  for (const [chunk, start] of offsets.entries()) {
    while ((runs[run + 1]?.[0] ?? Infinity) <= chunk + 1) run += 1;
    const [, perChunk = 0, entry = 1] = runs[run] ?? [];
    let offset = start;
    for (let index = 0; index < perChunk && sample < times.length; index += 1) {
      const size = sizeOf(sample);
      yield { offset, size, time: times[sample] ?? 0, entry, isKey: keys === undefined || keys.has(sample) };
      offset += size;
      sample += 1;
    }
  }
}

/** Reads a table with a count, then that many rows of 32-bit numbers. */
function readTable(box: LoadedBox, columns: number): number[][] {
  const reader = readerOf(box);
  reader.fullBox();
  const count = reader.u32();
  requireRoom(box, count * columns * 4, reader.remaining);
  return Array.from({ length: Math.min(count, MAX_SAMPLES) }, () => Array.from({ length: columns }, () => reader.u32()));
}

function readOffsets(box: LoadedBox): number[] {
  const reader = readerOf(box);
  reader.fullBox();
  const count = reader.u32();
  const isLong = box.type === 'co64';
  requireRoom(box, count * (isLong ? 8 : 4), reader.remaining);
  return Array.from({ length: Math.min(count, MAX_SAMPLES) }, () => (isLong ? reader.u64() : reader.u32()));
}

/** Returns the size of a sample by its number from 0. */
function readSizes(box: LoadedBox): (sample: number) => number {
  const { content } = box;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const HEAD_BYTES = 12;
  if (content.length < HEAD_BYTES) return () => 0;
  const bits = box.type === 'stz2' ? (content[7] ?? 8) : 32;
  const same = box.type === 'stz2' ? 0 : view.getUint32(4);
  if (same > 0) return () => same;
  return (sample) => {
    const at = HEAD_BYTES + (sample * bits) / 8;
    if (at + bits / 8 > content.length) return 0;
    if (bits === 32) return view.getUint32(at);
    if (bits === 16) return view.getUint16(at);
    const byte = view.getUint8(Math.floor(at));
    return bits === 8 ? byte : sample % 2 === 0 ? byte >> 4 : byte & 15;
  };
}

function requireRoom({ type }: LoadedBox, needed: number, remaining: number): void {
  if (needed > remaining) throw new IsobmffError('field_beyond_box', `Box ${type} claims more entries than it holds.`, type);
}
