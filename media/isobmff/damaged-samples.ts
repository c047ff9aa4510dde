import type { ByteSource } from '../byte-source.ts';
import { MAX_WHOLE_BYTES } from '../containers/parameter-ranges.ts';
import type { Gap, Part } from '../gaps/gap.ts';
import { readAhead } from '../read-ahead.ts';
import { findRuns } from './find-runs.ts';
import { listSamples, type Sample } from './key-samples.ts';
import type { MovieTrack } from './movie.ts';
import { findOutside } from './outside-samples.ts';
import { findEmptied } from './empty-samples.ts';
import { entriesOf, type VisualEntry } from './visual-entries.ts';

/** Number of samples to look at in a large file, before the edges of damage are searched. */
export const MAX_PROBED_SAMPLES = 64;
/** Bytes of a sample that are looked at. */
const MAX_READ_BYTES = 64 * 1024;
/** Length of a sample whose bytes may be zero by chance. */
const MAX_TINY_BYTES = 8;
/** Intact time between damaged samples that counts as damaged, too, seconds. */
const MAX_BETWEEN_SECONDS = 0.5;

/** Damaged samples of a track. */
export interface DamagedSamples {
  /** Damaged parts by decoding time, in seconds from the track's first sample. */
  readonly gaps: readonly Gap[];
  /** Bytes of each damaged sample. */
  readonly bytes: readonly Part[];
}

/** Sound formats whose packets are never all zero, unlike silence in PCM. */
const COMPRESSED_SOUND: ReadonlySet<string> = new Set(['mp4a', 'ac-3', 'ec-3', 'Opus', 'fLaC', 'alac', '.mp3']);

/**
 * Finds overwritten samples of an unfragmented track: those outside the file, those whose size
 * was overwritten with 0, those full of zeros, and frames of H.264 and
 * H.265 whose units do not fill them as their lengths state (ISO/IEC 14496-15:2022, 4.3.3). Looks at all samples of a small
 * file, and at 64 samples and the edges of damage between them in a larger one. Other damage only shows when decoded.
 *
 * @throws IsobmffError `field_beyond_box`
 */
export async function findDamagedSamples(file: ByteSource, track: MovieTrack): Promise<DamagedSamples> {
  const { sampleTable, timescale, sampleEntry, handler, span } = track;
  if (sampleTable === undefined) return { gaps: [], bytes: [] };
  const samples = [...listSamples(sampleTable)];
  const entries = handler === 'vide' ? entriesOf(sampleTable) : [];
  const isSmall = file.size <= MAX_WHOLE_BYTES;
  const source = isSmall ? readAhead(file) : file;
  const isDamaged = async (index: number): Promise<boolean> => {
    const sample = samples[index];
    if (sample === undefined || sample.size === 0) return false;
    const bytes = await source.read(sample.offset, Math.min(sample.size, MAX_READ_BYTES));
    return bytes.length > 0 && (isZero(bytes) || isBroken(bytes, sample, entries[sample.entry - 1]));
  };
  const isReadable = handler !== 'soun' || COMPRESSED_SOUND.has(sampleEntry?.format ?? '');
  const overwritten = isReadable ? await findRuns(samples.length, isSmall ? samples.length : MAX_PROBED_SAMPLES, isDamaged) : [];
  const framing = entries[0]?.framing;
  const canBeEmptied = handler === 'soun' ? isReadable : entries[0]?.codec !== undefined && framing !== 'startCodes';
  const emptied = canBeEmptied ? await findEmptied(source, samples, handler === 'soun' || framing === 'startCodes' ? undefined : framing) : [];
  const found = [...overwritten, ...findOutside(samples, file.size), ...emptied].toSorted((a, b) => a.first - b.first);
  const timeOf = (index: number): number => (samples[index]?.time ?? span?.endTicks ?? 0) / timescale;
  return {
    gaps: mergeGaps(found.map(({ first, end }) => ({ startSeconds: timeOf(first), endSeconds: timeOf(end) }))),
    bytes: found.flatMap(({ first, end }) => samples.slice(first, end).map(({ offset, size }) => ({ start: offset, end: offset + size }))),
  };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.length > MAX_TINY_BYTES && bytes.every((byte) => byte === 0);
}

/** Returns whether the first unit of a frame has no bytes, or more than the frame. */
function isBroken(bytes: Uint8Array, { size }: Sample, entry: VisualEntry | undefined): boolean {
  const framing = entry?.framing ?? 'startCodes';
  if (framing === 'startCodes' || entry?.codec === undefined || size <= MAX_TINY_BYTES) return false;
  const length = bytes.subarray(0, framing).reduce((sum, byte) => sum * 256 + byte, 0);
  return length === 0 || length > size - framing;
}

/** Merges damaged parts that little intact time separates. */
export function mergeGaps(gaps: readonly (Gap & { readonly endSeconds: number })[]): readonly Gap[] {
  const merged: (Gap & { readonly endSeconds: number })[] = [];
  for (const gap of gaps) {
    const known = merged.at(-1);
    if (known === undefined || gap.startSeconds - known.endSeconds > MAX_BETWEEN_SECONDS) merged.push(gap);
    else merged[merged.length - 1] = { startSeconds: known.startSeconds, endSeconds: Math.max(known.endSeconds, gap.endSeconds) };
  }
  return merged;
}
