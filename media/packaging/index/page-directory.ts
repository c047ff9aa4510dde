import { PackagingError } from '../packaging-error.ts';
import type { PlacedSamples } from '../source/place-samples.ts';
import { IndexReader } from './index-reader.ts';
import type { IndexWriter } from './index-writer.ts';
import { readSamplePage, type SamplePage, writeSamplePage } from './sample-page.ts';
import type { IndexedTrack, SourceIndex } from './source-index.ts';

/** Samples after which a page ends with the next key frame. */
const PAGE_SAMPLES = { video: 32, audio: 256 };

/** Length of an entry, and offsets of its fields: little-endian, times and file positions as 64-bit floats. */
export const DIRECTORY_ENTRY_BYTES = 40;
const [FIRST_SAMPLE, PAGE_OFFSET, DECODE_TIME, FILE_OFFSET, BYTES_BEFORE, FIRST_COMPOSITION, KEY_FRAMES] = [0, 4, 8, 16, 24, 32, 36];

/** Properties of a page that a directory holds. */
export interface PageEntry {
  /** Number of the page's first sample in its track. */
  readonly firstSample: number;
  /** Ticks. */
  readonly decodeTime: number;
  /** Composition offset of the first sample, ticks. */
  readonly firstComposition: number;
  /** Offset of the first sample in the file. */
  readonly fileOffset: number;
  /** Bytes of all samples before the page. */
  readonly bytesBefore: number;
  readonly keyFrames: number;
  /** Offset of the page from the start of all pages, bytes. */
  readonly pageOffset: number;
}

/** Writes the pages of a track, and appends an entry for each to a directory. @returns the directory */
export function writePages(samples: PlacedSamples, kind: IndexedTrack['kind'], pages: IndexWriter): Uint8Array {
  const starts = pageStarts(samples.keys, PAGE_SAMPLES[kind]);
  const directory = new Uint8Array(starts.length * DIRECTORY_ENTRY_BYTES);
  const view = new DataView(directory.buffer);
  let bytesBefore = 0;
  for (const [page, first] of starts.entries()) {
    const end = starts[page + 1] ?? samples.count;
    const content = pageOf(samples, first, end);
    const at = page * DIRECTORY_ENTRY_BYTES;
    view.setUint32(at + FIRST_SAMPLE, first, true);
    view.setUint32(at + PAGE_OFFSET, pages.length, true);
    view.setFloat64(at + DECODE_TIME, samples.decodeTimes[first] ?? 0, true);
    view.setFloat64(at + FILE_OFFSET, samples.offsets[first] ?? 0, true);
    view.setFloat64(at + BYTES_BEFORE, bytesBefore, true);
    view.setUint32(at + FIRST_COMPOSITION, samples.compositionOffsets[first] ?? 0, true);
    view.setUint32(at + KEY_FRAMES, content.keys.reduce((sum, key) => sum + key, 0), true);
    bytesBefore += content.sizes.reduce((sum, size) => sum + size, 0);
    writeSamplePage(pages, content);
  }
  return directory;
}

function pageStarts(keys: Uint8Array, minSamples: number): number[] {
  const starts: number[] = [];
  let earlier = -minSamples;
  for (let sample = 0; sample < keys.length; sample += 1) {
    if (sample > 0 && (keys[sample] !== 1 || sample - earlier < minSamples)) continue;
    starts.push(sample);
    earlier = sample;
  }
  return starts;
}

function pageOf(samples: PlacedSamples, first: number, end: number): SamplePage {
  return {
    count: end - first,
    offsets: samples.offsets.subarray(first, end),
    sizes: samples.sizes.subarray(first, end),
    durations: samples.durations.subarray(first, end),
    compositionOffsets: samples.compositionOffsets.subarray(first, end),
    keys: samples.keys.subarray(first, end),
  };
}

/** Reads an entry of a track's directory. @throws PackagingError `index_damaged` */
export function readPageEntry({ view }: SourceIndex, track: IndexedTrack, page: number): PageEntry {
  const at = track.directoryOffset + page * DIRECTORY_ENTRY_BYTES;
  const entry = {
    firstSample: view.getUint32(at + FIRST_SAMPLE, true),
    pageOffset: view.getUint32(at + PAGE_OFFSET, true),
    decodeTime: view.getFloat64(at + DECODE_TIME, true),
    fileOffset: view.getFloat64(at + FILE_OFFSET, true),
    bytesBefore: view.getFloat64(at + BYTES_BEFORE, true),
    firstComposition: view.getUint32(at + FIRST_COMPOSITION, true),
    keyFrames: view.getUint32(at + KEY_FRAMES, true),
  };
  const isSound = [entry.decodeTime, entry.fileOffset, entry.bytesBefore].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!isSound) throw new PackagingError('index_damaged', `Page ${page} of a track has no valid times or offsets.`);
  return entry;
}

/** Reads a page of a track. Takes time by the length of the page alone. @throws PackagingError `index_damaged` */
export function readPage(index: SourceIndex, track: IndexedTrack, page: number): SamplePage & { readonly entry: PageEntry } {
  const entry = readPageEntry(index, track, page);
  const end = page + 1 < track.pages ? readPageEntry(index, track, page + 1).firstSample : track.samples;
  const count = end - entry.firstSample;
  if (count <= 0 || end > track.samples) throw new PackagingError('index_damaged', `Page ${page} of a track has ${count} samples.`);
  const reader = new IndexReader(index.bytes, index.pagesOffset + entry.pageOffset);
  return { ...readSamplePage(reader, count, entry.fileOffset), entry };
}

/** Finds the last page whose value is at most a limit, or the first page. Takes a step for each bit of the number of pages. */
export function findPage(index: SourceIndex, track: IndexedTrack, limit: number, field: 'firstSample' | 'decodeTime'): number {
  const { view } = index;
  let [low, high] = [0, track.pages];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    const at = track.directoryOffset + middle * DIRECTORY_ENTRY_BYTES;
    const value = field === 'firstSample' ? view.getUint32(at + FIRST_SAMPLE, true) : view.getFloat64(at + DECODE_TIME, true);
    if (value <= limit) low = middle;
    else high = middle;
  }
  return low;
}
