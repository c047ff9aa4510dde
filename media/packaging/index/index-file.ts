import { crc32 } from '../../crc32.ts';
import { concatBytes } from '../../byte-writer.ts';
import { PackagingError } from '../packaging-error.ts';
import { DIRECTORY_ENTRY_BYTES } from './page-directory.ts';
import type { IndexedTrack, LeftOutTrack, SourceIndex, TrackFacts } from './source-index.ts';

/**
 * Version of the format. A reader accepts no other: an index is made again from its source.
 *
 * The file is little-endian: a header of 32 bytes (magic, version, bytes of the facts, checksum of facts and sample entries, bytes
 * of everything before the pages, bytes under the checksum, bytes of the file), the facts as JSON, the tracks' sample entries,
 * the plan, the measures of its segments, the tracks' page directories, and the pages.
 */
export const INDEX_VERSION = 2;

const MAGIC = 0x58_49_4c_53;
const HEADER_BYTES = 32;
const [VERSION_AT, FACTS_BYTES_AT, CHECKSUM_AT, HEAD_BYTES_AT, CHECKED_BYTES_AT, FILE_BYTES_AT] = [4, 8, 12, 16, 20, 24];
/** Length of a plan's entry. */
export const PLAN_ENTRY_BYTES = 12;
/** Length of the measures of a segment of one track. */
export const MEASURES_BYTES = 24;
const MAX_UINT32 = 0xffff_ffff;

/** A track to write. */
export interface EncodedTrack {
  readonly facts: TrackFacts;
  readonly sampleEntry: Uint8Array;
  readonly directory: Uint8Array;
}

export interface EncodedIndex {
  readonly identity: string;
  readonly tracks: readonly EncodedTrack[];
  /** @default none */
  readonly leftOut?: readonly LeftOutTrack[];
  /** Entries of the plan, and the measures of its segments: `playlists/segment-measures.ts`. */
  readonly plan: { readonly segmentSeconds: number; readonly entries: Uint8Array; readonly measures: Uint8Array };
  readonly pages: Uint8Array;
}

interface StoredFacts {
  readonly identity: string;
  readonly segmentSeconds: number;
  readonly segments: number;
  readonly leftOut: readonly LeftOutTrack[];
  readonly tracks: readonly (TrackFacts & { readonly entryBytes: number; readonly pages: number })[];
}

/** Writes an index. */
export function writeIndexFile({ identity, tracks, leftOut = [], plan, pages }: EncodedIndex): Uint8Array {
  const facts: StoredFacts = {
    identity,
    segmentSeconds: plan.segmentSeconds,
    segments: plan.entries.length / PLAN_ENTRY_BYTES,
    leftOut,
    tracks: tracks.map((track) => ({
      ...track.facts,
      entryBytes: track.sampleEntry.length,
      pages: track.directory.length / DIRECTORY_ENTRY_BYTES,
    })),
  };
  const text = new TextEncoder().encode(JSON.stringify(facts));
  const checked = concatBytes([text, ...tracks.map(({ sampleEntry }) => sampleEntry)]);
  const header = new Uint8Array(HEADER_BYTES);
  const file = concatBytes([header, checked, plan.entries, plan.measures, ...tracks.map(({ directory }) => directory), pages]);
  const view = new DataView(file.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(VERSION_AT, INDEX_VERSION, true);
  view.setUint32(FACTS_BYTES_AT, text.length, true);
  view.setUint32(CHECKSUM_AT, crc32(checked, MAX_UINT32), true);
  view.setUint32(CHECKED_BYTES_AT, checked.length, true);
  view.setUint32(HEAD_BYTES_AT, file.length - pages.length, true);
  view.setFloat64(FILE_BYTES_AT, file.length, true);
  return file;
}

/**
 * Opens an index. Parses the tracks' facts and nothing that grows with the number of samples.
 *
 * @param identity identity that the source has now; undefined to accept any
 * @throws PackagingError `index_version`, `index_damaged`, `index_of_other_source`
 */
export function openIndexFile(bytes: Uint8Array, identity?: string): SourceIndex {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { factsBytes, checkedBytes, headBytes, checksum } = readHeader(view);
  if (crc32(bytes.subarray(HEADER_BYTES, HEADER_BYTES + checkedBytes), MAX_UINT32) !== checksum)
    throw new PackagingError('index_damaged', 'The checksum of the index is wrong.');
  const facts = parseFacts(bytes.subarray(HEADER_BYTES, HEADER_BYTES + factsBytes));
  if (identity !== undefined && identity !== facts.identity)
    throw new PackagingError('index_of_other_source', `The index belongs to ${facts.identity}, not ${identity}.`);
  const { segments, segmentSeconds } = facts;
  const planOffset = HEADER_BYTES + checkedBytes;
  const measuresOffset = planOffset + segments * PLAN_ENTRY_BYTES;
  let [entryOffset, directoryOffset] = [HEADER_BYTES + factsBytes, measuresOffset + segments * facts.tracks.length * MEASURES_BYTES];
  const tracks: IndexedTrack[] = [];
  for (const { entryBytes, pages, ...track } of facts.tracks) {
    const sampleEntry = bytes.subarray(entryOffset, entryOffset + entryBytes);
    tracks.push({ ...track, sampleEntry, pages, directoryOffset });
    entryOffset += entryBytes;
    directoryOffset += pages * DIRECTORY_ENTRY_BYTES;
  }
  if (directoryOffset !== headBytes) throw new PackagingError('index_damaged', 'The parts of the index do not add up.');
  const viewOf = (offset: number, length: number): DataView => new DataView(bytes.buffer, bytes.byteOffset + offset, length);
  const plan = { segmentSeconds, segments, view: viewOf(planOffset, measuresOffset - planOffset) };
  const measures = viewOf(measuresOffset, segments * facts.tracks.length * MEASURES_BYTES);
  return { identity: facts.identity, tracks, leftOut: facts.leftOut, plan, measures, bytes, view, pagesOffset: headBytes };
}

interface Header {
  readonly factsBytes: number;
  readonly checkedBytes: number;
  readonly headBytes: number;
  readonly checksum: number;
}

function readHeader(view: DataView): Header {
  if (view.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC)
    throw new PackagingError('index_damaged', 'The bytes are not an index.');
  const version = view.getUint32(VERSION_AT, true);
  if (version !== INDEX_VERSION)
    throw new PackagingError('index_version', `The index has version ${version}, not ${INDEX_VERSION}.`);
  const headBytes = view.getUint32(HEAD_BYTES_AT, true);
  if (view.getFloat64(FILE_BYTES_AT, true) !== view.byteLength || headBytes > view.byteLength)
    throw new PackagingError('index_damaged', 'The index is not complete.');
  return {
    factsBytes: view.getUint32(FACTS_BYTES_AT, true),
    checkedBytes: view.getUint32(CHECKED_BYTES_AT, true),
    headBytes,
    checksum: view.getUint32(CHECKSUM_AT, true),
  };
}

function parseFacts(text: Uint8Array): StoredFacts {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checksum says that `writeIndexFile` wrote it
    const facts = JSON.parse(new TextDecoder().decode(text)) as StoredFacts;
    if (Array.isArray(facts.tracks) && Array.isArray(facts.leftOut)) return facts;
  } catch {
    // Reported below.
  }
  throw new PackagingError('index_damaged', 'The facts of the index cannot be read.');
}
