import type { ByteSource } from '../byte-source.ts';
import type { Box } from './box-header.ts';
import { boxesIn, findBox, type LoadedBox, requireBox, rootOf } from './box-tree.ts';
import { IsobmffError } from './isobmff-error.ts';
import { type Movie, type MovieTrack, parseMovie } from './movie.ts';
import { parseTfdt } from './tfdt.ts';
import { parseTfhd } from './tfhd.ts';
import { parseTrex, type TrackDefaults } from './trex.ts';
import { parseTrun } from './trun.ts';
import { walkTopLevel } from './walk-top-level.ts';

/** A movie fragment with its media data. */
export interface Fragment {
  /** Offset of its `moof` box, bytes. */
  readonly offset: number;
  /** Length up to the end of its media data, bytes. */
  readonly size: number;
  /** Ticks of the track's timescale. */
  readonly decodeTime: number;
  readonly duration: number;
  /** Decode time plus composition offset of the first sample, ticks, before edits. */
  readonly firstCompositionTime: number;
  readonly sampleCount: number;
  /** Bytes from the start of `moof`, where CMAF counts from (ISO/IEC 23000-19, 7.5.16), to the end of the first sample. */
  readonly firstSampleEnd: number;
  readonly startsWithSyncSample: boolean;
  /** Offset of the decode time from the start of the file, and its width, bytes. */
  readonly decodeTimeOffset: number;
  readonly decodeTimeBytes: 4 | 8;
}

/** A fragmented file with one track, as in CMAF (ISO/IEC 23000-19). */
export interface FragmentedTrack {
  readonly movie: Movie;
  readonly track: MovieTrack;
  /** Length of the init segment: everything up to the end of `moov`. */
  readonly initSize: number;
  readonly fragments: readonly Fragment[];
}

/** Limit of a fragment's index; 100,000 samples take 1.6 MB. */
const MAX_MOOF_BYTES = 16 * 1024 * 1024;
const NON_SYNC_SAMPLE = 0x1_0000;

/**
 * Reads the init segment and the index of every fragment.
 *
 * @throws IsobmffError any of its codes; `bad_value` unless the file has exactly one track
 */
export async function readFragmentedTrack(source: ByteSource): Promise<FragmentedTrack> {
  const boxes = await walkTopLevel(source);
  const moov = boxes.find(({ type }) => type === 'moov');
  if (moov === undefined) throw new IsobmffError('no_moov', 'The file has no moov box.');
  const bytes = await source.read(moov.offset, moov.size);
  const movie = parseMovie(bytes);
  const [track] = movie.tracks;
  if (track === undefined || movie.tracks.length > 1) {
    throw new IsobmffError('bad_value', `A rendition has one track, not ${movie.tracks.length}.`, 'moov');
  }
  const trex = findBox(rootOf(bytes), 'moov', 'mvex', 'trex');
  const defaults = trex === undefined ? { trackId: track.id, sampleEntry: 1, sampleDuration: 0, sampleSize: 0, sampleFlags: 0 } : parseTrex(trex);
  const fragments: Fragment[] = [];
  for (const [index, box] of boxes.entries()) {
    if (box.type === 'moof') fragments.push(await readFragment(source, box, endOfMedia(boxes, index), defaults));
  }
  return { movie, track, initSize: moov.offset + moov.size, fragments };
}

/** Returns the end of a fragment's media data, which follows the `moof` box. */
function endOfMedia(boxes: readonly Box[], moof: number): number {
  let end = (boxes[moof]?.offset ?? 0) + (boxes[moof]?.size ?? 0);
  for (const box of boxes.slice(moof + 1, moof + 8)) {
    if (box.type !== 'mdat') break;
    end = box.offset + box.size;
  }
  return end;
}

async function readFragment(source: ByteSource, box: Box, end: number, defaults: TrackDefaults): Promise<Fragment> {
  if (box.size > MAX_MOOF_BYTES)
    throw new IsobmffError(
      'too_many_boxes',
      `A moof box has ${box.size} bytes, more than the ${MAX_MOOF_BYTES} allowed.`,
      'moof',
    );
  const root = rootOf(await source.read(box.offset, box.size), box.offset);
  const traf = requireBox(root, 'moof', 'traf');
  const header = parseTfhd(requireBox(traf, 'tfhd'));
  const { decodeTime, valueOffset, valueBytes } = parseTfdt(requireBox(traf, 'tfdt'));
  const runs = boxesIn(traf)
    .filter(({ type }) => type === 'trun')
    .map((run: LoadedBox) => parseTrun(run, header.sampleDuration ?? defaults.sampleDuration));
  const firstFlags = runs[0]?.firstSampleFlags ?? header.sampleFlags ?? defaults.sampleFlags;
  return {
    offset: box.offset,
    size: end - box.offset,
    decodeTime,
    duration: runs.reduce((sum, run) => sum + run.duration, 0),
    firstCompositionTime: decodeTime + (runs[0]?.firstCompositionOffset ?? 0),
    sampleCount: runs.reduce((sum, run) => sum + run.sampleCount, 0),
    firstSampleEnd:
      (runs[0]?.dataOffset ?? box.size) + (runs[0]?.firstSampleSize ?? header.sampleSize ?? defaults.sampleSize),
    startsWithSyncSample: (firstFlags & NON_SYNC_SAMPLE) === 0,
    decodeTimeOffset: valueOffset,
    decodeTimeBytes: valueBytes,
  };
}
