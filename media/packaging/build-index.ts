import type { ByteSource } from '../byte-source.ts';
import { boxesIn, findBox, rootOf } from '../isobmff/box-tree.ts';
import { readMoov } from '../isobmff/find-moov.ts';
import { IsobmffError } from '../isobmff/isobmff-error.ts';
import { type Movie, type MovieTrack, parseMovie } from '../isobmff/movie.ts';
import { SourceBudgetError } from '../source-budget.ts';
import type { EncodedTrack } from './index/index-file.ts';
import type { LeftOutTrack } from './index/source-index.ts';
import { IndexWriter } from './index/index-writer.ts';
import { writePages } from './index/page-directory.ts';
import { PackagingError } from './packaging-error.ts';
import { SEGMENT_SECONDS } from './segments/plan-segments.ts';
import { alignTracks } from './source/align-tracks.ts';
import { appendFragmentSamples } from './source/fragment-samples.ts';
import { type PlacedSamples, placeSamples } from './source/place-samples.ts';
import { ColumnBuilder, MAX_SAMPLES, type SampleColumns } from './source/sample-columns.ts';
import { type PackagedEntry, readPackagedEntries } from './source/sample-entry.ts';
import { appendTableSamples } from './source/table-samples.ts';
import { factsOf } from './source/track-facts.ts';
import { writePlannedIndex } from './write-planned-index.ts';

export interface IndexOptions {
  /** Opaque identity of the source, such as bucket, key, version and ETag. */
  readonly identity: string;
  /** Duration that segments come close to, seconds. @default 6 */
  readonly segmentSeconds?: number;
}

/**
 * Reads the index of an MP4 or QuickTime file: ISO/IEC 14496-12:2022 and -15:2022. Takes three to five requests for a file without
 * fragments, and one more for each fragment.
 *
 * @param source should limit its requests and bytes, as `openSource` does
 * @returns the bytes to store, which `openIndexFile` opens
 * @throws PackagingError for a file that cannot be packaged
 */
export async function buildIndex(source: ByteSource, options: IndexOptions): Promise<Uint8Array> {
  try {
    return await indexOf(source, options);
  } catch (error) {
    if (error instanceof IsobmffError) {
      const isOther = error.code === 'not_isobmff' || error.code === 'no_moov';
      throw new PackagingError(isOther ? 'not_mp4' : 'damaged', error.message, { cause: error });
    }
    if (error instanceof SourceBudgetError) throw new PackagingError('over_budget', error.message, { cause: error });
    throw error;
  }
}

async function indexOf(source: ByteSource, { identity, segmentSeconds = SEGMENT_SECONDS }: IndexOptions): Promise<Uint8Array> {
  const moov = await readMoov(source);
  if (moov === undefined) throw new IsobmffError('no_moov', 'The file has no moov box.');
  const movie = parseMovie(moov.bytes);
  requireAllTracks(moov.bytes, movie);
  const { tracks, leftOut } = readTracks(playableTracks(movie));
  const columns = await readColumns(source, { movie, tracks: tracks.map(({ track }) => track), fragmentsOffset: moov.offset + moov.bytes.length });
  const placed: { readonly track: MovieTrack; readonly entry: PackagedEntry; readonly samples: PlacedSamples }[] = [];
  for (const [index, { track, entries }] of tracks.entries()) {
    const own = columns[index];
    if (own === undefined || own.count === 0) continue;
    requireWithin(own, source.size);
    const entry = entryOf(own, entries);
    const edited = { ...track, movieTimescale: movie.timescale, isFragmented: movie.fragmented, isVideo: track.handler === 'vide' };
    const samples = placeSamples(own, edited);
    // Without it, the film would play without its sound.
    if (samples.count === 0) throw new PackagingError('unsupported_edit', 'The edits of a track hide all of its samples.');
    placed.push({ track, entry, samples });
  }
  if (placed.length === 0) throw new PackagingError('no_tracks', 'The file has no samples that are shown or played.');
  alignTracks(placed.map(({ samples }) => samples));
  const pages = new IndexWriter();
  const encoded = placed.map(({ track, entry, samples }): EncodedTrack => {
    const facts = factsOf(track, entry, samples);
    return { facts, sampleEntry: entry.bytes, directory: writePages(samples, facts.kind, pages) };
  });
  return writePlannedIndex({ identity, tracks: encoded, leftOut, pages: pages.bytes() }, segmentSeconds);
}

/** Refuses a file of which a damaged track was left out: it would play without its sound. */
function requireAllTracks(moovBytes: Uint8Array, { tracks }: Movie): void {
  const moov = findBox(rootOf(moovBytes), 'moov');
  const stated = moov === undefined ? 0 : boxesIn(moov).filter(({ type }) => type === 'trak').length;
  if (stated !== tracks.length) throw new PackagingError('damaged', `${stated - tracks.length} tracks of the file cannot be read.`);
}

/** Returns the enabled video and sound tracks, without those that hold an image for each chapter. */
function playableTracks({ tracks }: Movie): MovieTrack[] {
  const chapters = new Set(tracks.flatMap(({ chapterTracks }) => chapterTracks));
  return tracks.filter(({ id, enabled, handler }) => enabled && (handler === 'vide' || handler === 'soun') && !chapters.has(id));
}

interface ReadTrack {
  readonly track: MovieTrack;
  readonly entries: readonly PackagedEntry[];
}

/** Reads the tracks' descriptions. Leaves out sound in unsupported codecs if there is other sound, and names it. */
function readTracks(all: readonly MovieTrack[]): { readonly tracks: readonly ReadTrack[]; readonly leftOut: readonly LeftOutTrack[] } {
  const tracks: ReadTrack[] = [];
  const leftOut: LeftOutTrack[] = [];
  let refusal: PackagingError | undefined;
  for (const track of all) {
    try {
      tracks.push({ track, entries: readEntries(track) });
    } catch (error) {
      if (!(error instanceof PackagingError) || error.code !== 'unsupported_audio_codec') throw error;
      refusal ??= error;
      leftOut.push({ id: track.id, language: track.language, code: error.code, message: error.message });
    }
  }
  if (refusal !== undefined && !tracks.some(({ track }) => track.handler === 'soun')) throw refusal;
  return { tracks, leftOut };
}

function readEntries({ handler, isExternal, orientation, sampleTable }: MovieTrack): readonly PackagedEntry[] {
  const stsd = sampleTable && findBox(sampleTable, 'stsd');
  if (stsd === undefined) throw new PackagingError('damaged', 'A track has no sample description.');
  if (isExternal) throw new PackagingError('external_media', 'The samples of a track are in another file.');
  if (handler === 'vide' && orientation === undefined)
    throw new PackagingError('unsupported_matrix', 'A picture is neither rotated by a multiple of 90 degrees nor mirrored.');
  return readPackagedEntries(stsd, handler);
}

interface TracksToRead {
  readonly movie: Movie;
  readonly tracks: readonly MovieTrack[];
  readonly fragmentsOffset: number;
}

async function readColumns(source: ByteSource, { movie, tracks, fragmentsOffset }: TracksToRead): Promise<SampleColumns[]> {
  const budget = { samples: MAX_SAMPLES };
  const builders = tracks.map(({ sampleTable }) => {
    const columns = new ColumnBuilder(budget);
    if (sampleTable !== undefined) appendTableSamples(sampleTable, { columns, sourceBytes: source.size });
    return columns;
  });
  if (movie.fragmented) {
    const columns = new Map(tracks.map(({ id }, index) => [id, builders[index] ?? new ColumnBuilder(budget)]));
    await appendFragmentSamples(source, fragmentsOffset, { columns, defaults: movie.fragmentDefaults });
  }
  return builders.map((builder) => builder.columns());
}

/** Refuses a file that was cut off. */
function requireWithin({ count, offsets, sizes }: SampleColumns, sourceBytes: number): void {
  for (let sample = 0; sample < count; sample += 1) {
    const [offset, size] = [offsets[sample] ?? 0, sizes[sample] ?? 0];
    if (offset < 0 || offset + size > sourceBytes)
      throw new PackagingError('media_missing', `Sample ${sample} of a track ends at byte ${offset + size} of ${sourceBytes}.`);
  }
}

/** Returns the sample entry of all of a track's samples. Several entries may be equal. */
function entryOf({ entries: numbers }: SampleColumns, entries: readonly PackagedEntry[]): PackagedEntry {
  const first = entries[(numbers[0] ?? 0) - 1];
  if (first === undefined) throw new PackagingError('damaged', 'A sample refers to a description that does not exist.');
  for (const number of new Set(numbers)) {
    const entry = entries[number - 1];
    const isSame = entry === first || (entry?.bytes.length === first.bytes.length && entry.bytes.every((byte, at) => byte === first.bytes[at]));
    if (!isSame) throw new PackagingError('changing_configuration', "The codec's configuration changes within a track.");
  }
  return first;
}
