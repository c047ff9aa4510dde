import type { ByteSource } from '../byte-source.ts';
import type { Rational } from '../rational.ts';
import { boxesIn, findBox, type LoadedBox, requireBox, rootOf } from './box-tree.ts';
import { type Edit, parseElst } from './elst.ts';
import { parseHdlr } from './hdlr.ts';
import { IsobmffError } from './isobmff-error.ts';
import { parseMdhd } from './mdhd.ts';
import { parseMvhd } from './mvhd.ts';
import { parseStsd, type SampleEntry } from './stsd.ts';
import { type SampleTiming, summarizeStts } from './stts.ts';
import { parseTkhd, type Rotation } from './tkhd.ts';
import { trackFrameRate } from './track-frame-rate.ts';
import { walkTopLevel } from './walk-top-level.ts';

export interface MovieTrack {
  readonly id: number;
  readonly enabled: boolean;
  /** `vide`, `soun`, or any other handler type. */
  readonly handler: string;
  readonly sampleEntry: SampleEntry | undefined;
  /** Clockwise rotation of the matrix; undefined if it is not a multiple of 90 degrees. */
  readonly rotation: Rotation | undefined;
  /** ISO 639-2/T code, or `und`. */
  readonly language: string;
  /** Ticks per second. */
  readonly timescale: number;
  /** Ticks of the media, before edits; 0 if not stated. */
  readonly duration: number;
  readonly edits: readonly Edit[];
  /** Summary of the sample durations; undefined in fragmented files. Only video tracks have a frame rate. */
  readonly timing: (SampleTiming & { readonly frameRate: Rational | undefined }) | undefined;
}

export interface Movie {
  /** Whether the samples are in fragments (`mvex`). */
  readonly fragmented: boolean;
  /** Ticks per second of `duration` and of edits. */
  readonly timescale: number;
  readonly duration: number;
  readonly tracks: readonly MovieTrack[];
}

/** Limit of the movie box; ten hours at 60 frames per second need about 30 MB. */
const MAX_MOOV_BYTES = 128 * 1024 * 1024;

/**
 * Reads the movie box at any position in the file.
 *
 * @throws IsobmffError any of its codes; `no_moov` for a file without a movie box
 */
export async function readMovie(source: ByteSource): Promise<Movie> {
  const moov = (await walkTopLevel(source, { until: 'moov' })).find(({ type }) => type === 'moov');
  if (moov === undefined) throw new IsobmffError('no_moov', 'The file has no moov box.');
  if (moov.size > MAX_MOOV_BYTES)
    throw new IsobmffError(
      'moov_too_large',
      `The moov box has ${moov.size} bytes, more than the ${MAX_MOOV_BYTES} allowed.`,
      'moov',
    );
  return parseMovie(await source.read(moov.offset, moov.size));
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
  return {
    fragmented: children.some(({ type }) => type === 'mvex'),
    ...parseMvhd(requireBox(moov, 'mvhd')),
    tracks: children.filter(({ type }) => type === 'trak').map(parseTrak),
  };
}

/** Reads ISO/IEC 14496-12:2022, 8.3.1 Track Box. */
function parseTrak(trak: LoadedBox): MovieTrack {
  const { trackId, enabled, rotation } = parseTkhd(requireBox(trak, 'tkhd'));
  const mdia = requireBox(trak, 'mdia');
  const mediaHeader = parseMdhd(requireBox(mdia, 'mdhd'));
  const handler = parseHdlr(requireBox(mdia, 'hdlr'));
  const stbl = findBox(mdia, 'minf', 'stbl');
  const stsd = stbl === undefined ? undefined : findBox(stbl, 'stsd');
  const stts = stbl === undefined ? undefined : findBox(stbl, 'stts');
  const elst = findBox(trak, 'edts', 'elst');
  const timing = stts === undefined ? undefined : summarizeStts(stts, mediaHeader.timescale);
  return {
    id: trackId,
    enabled,
    handler,
    sampleEntry: stsd === undefined ? undefined : parseStsd(stsd, handler),
    rotation,
    ...mediaHeader,
    edits: elst === undefined ? [] : parseElst(elst),
    timing:
      timing === undefined
        ? undefined
        : { ...timing, frameRate: handler === 'vide' ? trackFrameRate(timing, mediaHeader.timescale) : undefined },
  };
}
