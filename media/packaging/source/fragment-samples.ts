import type { ByteSource } from '../../byte-source.ts';
import { MAX_HEADER_BYTES, parseBoxHeader } from '../../isobmff/box-header.ts';
import { boxesIn, findBox, type LoadedBox, requireBox, rootOf } from '../../isobmff/box-tree.ts';
import { parseTfdt } from '../../isobmff/tfdt.ts';
import { type FragmentHeader, parseTfhd } from '../../isobmff/tfhd.ts';
import { MAX_MOOF_BYTES } from '../../isobmff/track-fragments.ts';
import type { TrackDefaults } from '../../isobmff/trex.ts';
import { readRun } from '../../isobmff/trun.ts';
import { readAhead } from '../../read-ahead.ts';
import { PackagingError } from '../packaging-error.ts';
import type { ColumnBuilder } from './sample-columns.ts';

/** Length of one read, bytes: a fragment's index and the header of its media data. */
const WINDOW_BYTES = 64 * 1024;
/** Maximum number of boxes to visit: three hours of two tracks in fragments of half a second have fewer. */
const MAX_BOXES = 100_000;
const MIN_HEADER_BYTES = 8;
const NON_SYNC_SAMPLE = 0x1_0000;

/** Tracks of a fragmented file. */
export interface FragmentedTracks {
  readonly columns: ReadonlyMap<number, ColumnBuilder>;
  readonly defaults: readonly TrackDefaults[];
}

/**
 * Appends the samples of all movie fragments: ISO/IEC 14496-12:2022, 8.8. Takes one read for each fragment. The media data of
 * the last one may be cut off.
 *
 * @param start end of the movie box
 * @throws PackagingError `damaged`, `over_budget`; IsobmffError
 */
export async function appendFragmentSamples(source: ByteSource, start: number, tracks: FragmentedTracks): Promise<void> {
  const window = readAhead(source, WINDOW_BYTES);
  let offset = start;
  for (let boxes = 0; source.size - offset >= MIN_HEADER_BYTES; boxes += 1) {
    if (boxes === MAX_BOXES) throw new PackagingError('over_budget', `The file has more than ${MAX_BOXES} boxes.`);
    const { type, size } = parseBoxHeader(await window.read(offset, MAX_HEADER_BYTES), offset, source.size);
    if (type === 'moof') appendFragment(await readMoof(window, offset, size), tracks, source.size);
    offset += size;
  }
}

async function readMoof(source: ByteSource, offset: number, size: number): Promise<LoadedBox> {
  if (size > MAX_MOOF_BYTES) throw new PackagingError('over_budget', `A moof box has ${size} bytes.`);
  const bytes = await source.read(offset, size);
  if (bytes.length < size) throw new PackagingError('media_missing', `The file ends within the moof box at ${offset}.`);
  return requireBox(rootOf(bytes, offset, source.spend), 'moof');
}

function appendFragment(moof: LoadedBox, { columns, defaults }: FragmentedTracks, sourceBytes: number): void {
  // End of the data of the track fragment before, from which the next one counts in files older than `iso5`.
  let dataEnd = moof.offset;
  for (const traf of boxesIn(moof)) {
    if (traf.type !== 'traf') continue;
    const header = parseTfhd(requireBox(traf, 'tfhd'));
    const base = header.baseDataOffset ?? (header.baseIsMoof ? moof.offset : dataEnd);
    const track = columns.get(header.trackId);
    dataEnd = track === undefined ? base : appendTrackFragment(traf, { track, base, sourceBytes, defaults: defaultsOf(header, defaults) });
  }
}

type SampleDefaults = Omit<TrackDefaults, 'trackId'>;

/** Returns a track fragment's defaults: ISO/IEC 14496-12:2022, 8.8.7. */
function defaultsOf(header: FragmentHeader, all: readonly TrackDefaults[]): SampleDefaults {
  const track = all.find(({ trackId }) => trackId === header.trackId);
  return {
    sampleEntry: header.sampleEntry ?? track?.sampleEntry ?? 1,
    sampleDuration: header.sampleDuration ?? track?.sampleDuration ?? 0,
    sampleSize: header.sampleSize ?? track?.sampleSize ?? 0,
    sampleFlags: header.sampleFlags ?? track?.sampleFlags ?? 0,
  };
}

interface TrackFragmentPlace {
  readonly track: ColumnBuilder;
  /** Offset in the file from which runs count. */
  readonly base: number;
  readonly defaults: SampleDefaults;
  /** Length of the file. */
  readonly sourceBytes: number;
}

/** @returns the end of the fragment's data, as an offset in the file */
function appendTrackFragment(traf: LoadedBox, { track, base, defaults, sourceBytes }: TrackFragmentPlace): number {
  const tfdt = findBox(traf, 'tfdt');
  if (tfdt !== undefined) track.time = parseTfdt(tfdt).decodeTime;
  let offset = base;
  for (const box of boxesIn(traf)) {
    if (box.type !== 'trun') continue;
    const { sampleCount, dataOffset, firstSampleFlags, samples } = readRun(box, defaults.sampleDuration);
    // A sample takes a byte at least; without this check, a few bytes could claim four billion.
    if (sampleCount > sourceBytes) throw new PackagingError('damaged', `A run claims ${sampleCount} samples.`);
    track.reserve(sampleCount);
    if (dataOffset !== undefined) offset = base + dataOffset;
    let first = firstSampleFlags;
    for (const { ticks, size = defaults.sampleSize, flags = defaults.sampleFlags, compositionOffset } of samples) {
      const isKey = ((first ?? flags) & NON_SYNC_SAMPLE) === 0;
      track.push({ offset, size, duration: ticks, compositionOffset, isKey, entry: defaults.sampleEntry });
      offset += size;
      first = undefined;
    }
  }
  return offset;
}
