import type { ByteSource } from '../byte-source.ts';
import { combine, type Orientation, orientationOf, type PictureMatrix } from '../orientation.ts';
import type { FrameTimes } from '../frame-rate/frame-times.ts';
import { boxesIn, findBox, type LoadedBox, requireBox, rootOf } from './box-tree.ts';
import { hasExternalMedia } from './dref.ts';
import { type Edit, parseElst } from './elst.ts';
import { readMoov } from './find-moov.ts';
import { parseHdlr } from './hdlr.ts';
import { IsobmffError, unlessDamaged } from './isobmff-error.ts';
import { parseMdhd } from './mdhd.ts';
import { parseMvhd } from './mvhd.ts';
import { readSampleCount } from './sample-sizes.ts';
import { readSampleSpan, type SampleSpan } from './sample-span.ts';
import { checkSampleTimes, readSampleTimes } from './sample-times.ts';
import { parseStsd, type SampleEntry } from './stsd.ts';
import { parseTkhd } from './tkhd.ts';
import { parseChapterReferences } from './tref.ts';
import { parseTrex, type TrackDefaults } from './trex.ts';

export interface MovieTrack {
  readonly id: number;
  readonly enabled: boolean;
  /** `vide`, `soun`, or any other handler type. */
  readonly handler: string;
  readonly sampleEntry: SampleEntry | undefined;
  /** Whether samples are in another file, which is never opened. */
  readonly isExternal: boolean;
  /** How a player shows the picture, by the matrices of track and movie; undefined for any other transformation. */
  readonly orientation: Orientation | undefined;
  /** The same by the track's matrix alone. */
  readonly ownOrientation: Orientation | undefined;
  /** ISO 639-2/T code, or `und`. */
  readonly language: string;
  /** Ticks per second. */
  readonly timescale: number;
  /** Ticks of the media, before edits; 0 if not stated. */
  readonly duration: number;
  readonly edits: readonly Edit[];
  /** Ids of the tracks that hold titles and images of this track's chapters. */
  readonly chapterTracks: readonly number[];
  /** Tables of the track's samples; only their descriptions in fragmented files. */
  readonly sampleTable: LoadedBox | undefined;
  /** Number of samples in the tables of the movie box: 0 in fragmented files. */
  readonly samples: number;
  /** Duration of those samples; undefined in fragmented files. */
  readonly span?: SampleSpan | undefined;
  /** Reads the times of the samples of a video track; undefined in fragmented files. They take megabytes. */
  readFrameTimes(): FrameTimes | undefined;
}

export interface Movie {
  /** Whether the samples are in fragments (`mvex`). */
  readonly fragmented: boolean;
  /** Ticks per second of `duration` and of edits. */
  readonly timescale: number;
  readonly duration: number;
  readonly tracks: readonly MovieTrack[];
  /** Defaults for the samples in fragments, by track. */
  readonly fragmentDefaults: readonly TrackDefaults[];
}

/** Maximum number of tracks: every fragment is compared with all of them. */
const MAX_TRACKS = 1_000;
/** Maximum number of edits and references of all tracks together, above what an editing program writes into a finished file. */
const MAX_TRACK_ENTRIES = 20_000;

/**
 * Reads the movie box at any position in the file.
 *
 * @throws IsobmffError any of its codes; `no_moov` for a file without a movie box
 */
export async function readMovie(source: ByteSource): Promise<Movie> {
  const moov = await readMoov(source);
  if (moov === undefined) throw new IsobmffError('no_moov', 'The file has no moov box.');
  return parseMovie(moov.bytes);
}

/**
 * Reads a movie box in memory.
 *
 * @param bytes one moov box with its header
 */
export function parseMovie(bytes: Uint8Array): Movie {
  const [moov] = boxesIn(rootOf(bytes));
  if (moov?.type !== 'moov') throw new IsobmffError('no_moov', 'The bytes are not a moov box.');
  const children = boxesIn(moov);
  const mvex = children.find(({ type }) => type === 'mvex');
  const { matrix, ...header } = parseMvhd(requireBox(moov, 'mvhd'));
  return {
    fragmented: mvex !== undefined,
    fragmentDefaults: (mvex === undefined ? [] : boxesIn(mvex)).filter(({ type }) => type === 'trex').slice(0, MAX_TRACKS).map(parseTrex),
    ...header,
    tracks: parseTracks(children.filter(({ type }) => type === 'trak'), matrix),
  };
}

/**
 * Reads every track. A damaged track lacks what cannot be read, or is left out, so that it does not fail the others.
 *
 * @throws IsobmffError if all tracks are damaged; `too_many_entries`
 */
function parseTracks(traks: readonly LoadedBox[], movieMatrix: PictureMatrix): MovieTrack[] {
  if (traks.length > MAX_TRACKS)
    throw new IsobmffError('too_many_entries', `The file has ${traks.length} tracks, more than the ${MAX_TRACKS} allowed.`, 'trak');
  const errors: unknown[] = [];
  const tracks: MovieTrack[] = [];
  let entries = 0;
  for (const trak of traks) {
    const track = parseOrRepair(trak, movieMatrix, errors);
    if (track === undefined) continue;
    entries += track.edits.length + track.chapterTracks.length;
    if (entries > MAX_TRACK_ENTRIES)
      throw new IsobmffError('too_many_entries', `The tracks have more than ${MAX_TRACK_ENTRIES} edits and references.`, 'trak');
    tracks.push(track);
  }
  if (traks.length > 0 && errors.length === traks.length) throw errors[0];
  return tracks;
}

/** @param errors receives the error of a damaged track */
function parseOrRepair(trak: LoadedBox, movieMatrix: PictureMatrix, errors: unknown[]): MovieTrack | undefined {
  try {
    return parseTrak(trak, movieMatrix);
  } catch (error) {
    errors.push(error);
    return unlessDamaged(() => parseTrak(trak, movieMatrix, unlessDamaged));
  }
}

/**
 * Reads ISO/IEC 14496-12:2022, 8.3.1 Track Box.
 *
 * @param optional reads a box that a track can do without
 */
function parseTrak(
  trak: LoadedBox,
  movieMatrix: PictureMatrix,
  optional: typeof unlessDamaged = (read) => read(),
): MovieTrack {
  const { trackId, enabled, matrix } = parseTkhd(requireBox(trak, 'tkhd'));
  const mdia = requireBox(trak, 'mdia');
  const mediaHeader = parseMdhd(requireBox(mdia, 'mdhd'));
  const handler = parseHdlr(requireBox(mdia, 'hdlr'));
  const minf = findBox(mdia, 'minf');
  const stbl = minf && findBox(minf, 'stbl');
  const stsd = stbl === undefined ? undefined : findBox(stbl, 'stsd');
  const elst = findBox(trak, 'edts', 'elst');
  const tref = findBox(trak, 'tref');
  const timed = stbl !== undefined && handler === 'vide' && optional(() => checkSampleTimes(stbl)) === true ? stbl : undefined;
  return {
    id: trackId,
    enabled,
    handler,
    sampleEntry: stsd && optional(() => parseStsd(stsd, handler)),
    isExternal: (minf && optional(() => hasExternalMedia(minf))) ?? false,
    orientation: orientationOf(combine(matrix, movieMatrix)),
    ownOrientation: orientationOf(matrix),
    ...mediaHeader,
    edits: (elst && optional(() => parseElst(elst))) ?? [],
    chapterTracks: (tref && optional(() => parseChapterReferences(tref))) ?? [],
    sampleTable: stbl,
    samples: (stbl && optional(() => readSampleCount(stbl))) ?? 0,
    span: stbl && optional(() => readSampleSpan(stbl, mediaHeader.timescale)),
    readFrameTimes: () => timed && readSampleTimes(timed, mediaHeader.timescale),
  };
}
