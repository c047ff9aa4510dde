import { PackagingError } from '../packaging-error.ts';
import { type EditedTrack, editStretches } from './edit-stretches.ts';
import type { SampleColumns } from './sample-columns.ts';
import { type SampleSpan, shownPictures, shownSound } from './shown-samples.ts';

/** Samples of a track on the timeline of the output, in decoding order. */
export interface PlacedSamples {
  /** Ticks per second of the output: a multiple of the source's. */
  readonly timescale: number;
  readonly count: number;
  readonly offsets: Float64Array;
  readonly sizes: Uint32Array;
  /** Ticks of the output; before `alignTracks`, possibly negative. */
  readonly decodeTimes: Float64Array;
  /** Ticks of the output. */
  readonly durations: Uint32Array;
  /** Ticks of the output, none negative. */
  readonly compositionOffsets: Uint32Array;
  readonly keys: Uint8Array;
  /** Whether pictures that follow a key frame in decoding order are shown before it: its group of pictures may be open. */
  readonly hasLeadingPictures: boolean;
}

const MAX_UINT32 = 0xffff_ffff;
/** Every timescale of an output is a multiple of it, so that one shift is exact in all tracks, and at least ten times as much. */
export const TIMESCALE_GRID = 100;
const MIN_TIMESCALE = 1_000;

/** Returns by how much a source's timescale is multiplied for the output: ticks of 1 s would round by half a second. */
export function timescaleFactor(timescale: number): number {
  let factor = 1;
  while ((timescale * factor) % TIMESCALE_GRID !== 0) factor += 1;
  if (timescale * factor < MIN_TIMESCALE) factor *= MIN_TIMESCALE / TIMESCALE_GRID;
  return timescale * factor > MAX_UINT32 ? 1 : factor;
}

/**
 * Places the samples that a track's edits present on the movie's timeline. Decoding times are moved back if composition
 * offsets are negative: presentation times stay.
 *
 * @throws PackagingError `bad_times`, and any code of edits
 */
export function placeSamples(columns: SampleColumns, track: EditedTrack & { readonly isVideo: boolean }): PlacedSamples {
  const factor = timescaleFactor(track.timescale);
  const timescale = track.timescale * factor;
  const stretches = editStretches(track);
  const pieces: Piece[] = [];
  for (const [index, stretch] of stretches.entries()) {
    const span = track.isVideo
      ? shownPictures(columns, stretch, index === stretches.length - 1)
      : shownSound(columns, stretch, { isFirst: index === 0, timescale: track.timescale });
    const start = Math.round((stretch.startMovieTicks * timescale) / track.movieTimescale);
    const shift = start - stretch.mediaStart * factor;
    const timeOf = (sample: number, by: number): number => (columns.decodeTimes[sample] ?? 0) * factor + by;
    const last = pieces.at(-1);
    // An edit may end within one sound frame, and the next begin within another, which then overlap.
    const overlaps = !track.isVideo && last !== undefined && timeOf(span.first, shift) <= timeOf(last.end - 1, last.shift);
    if (overlaps) pieces[pieces.length - 1] = { ...last, end: last.end - 1 };
    if (span.end > span.first) pieces.push({ ...span, shift });
  }
  return gather(columns, pieces, { factor, timescale, isVideo: track.isVideo });
}

interface Piece extends SampleSpan {
  /** Ticks of the output to add to media times. */
  readonly shift: number;
}

function gather(
  columns: SampleColumns,
  pieces: readonly Piece[],
  { factor, timescale, isVideo }: { readonly factor: number; readonly timescale: number; readonly isVideo: boolean },
): PlacedSamples {
  const count = pieces.reduce((sum, { first, end }) => sum + end - first, 0);
  const offsets = new Float64Array(count);
  const sizes = new Uint32Array(count);
  const decodeTimes = new Float64Array(count);
  const compositionTimes = new Float64Array(count);
  const keys = new Uint8Array(count);
  let [at, end] = [0, 0];
  for (const piece of pieces) {
    offsets.set(columns.offsets.subarray(piece.first, piece.end), at);
    sizes.set(columns.sizes.subarray(piece.first, piece.end), at);
    keys.set(columns.keys.subarray(piece.first, piece.end), at);
    for (let sample = piece.first; sample < piece.end; sample += 1, at += 1) {
      decodeTimes[at] = (columns.decodeTimes[sample] ?? 0) * factor + piece.shift;
      compositionTimes[at] = (columns.compositionOffsets[sample] ?? 0) * factor;
    }
    const next = piece.end < columns.count ? (columns.decodeTimes[piece.end] ?? 0) : columns.endTime;
    end = next * factor + piece.shift;
  }
  const compositionOffsets = raiseOffsets(compositionTimes, decodeTimes);
  const movedBy = (compositionTimes[0] ?? 0) - (compositionOffsets[0] ?? 0);
  return {
    timescale,
    count,
    offsets,
    sizes,
    decodeTimes,
    durations: durationsOf(decodeTimes, end + movedBy),
    compositionOffsets,
    keys: isVideo ? keys : keys.fill(1),
    hasLeadingPictures: isVideo && hasLeadingPictures(decodeTimes, compositionOffsets, keys),
  };
}

/** Makes the lowest composition offset 0 if it is negative, and moves decoding times back by as much. */
function raiseOffsets(compositionTimes: Float64Array, decodeTimes: Float64Array): Uint32Array {
  let lowest = 0;
  for (const offset of compositionTimes) lowest = Math.min(lowest, offset);
  const raised = new Uint32Array(compositionTimes.length);
  for (let at = 0; at < raised.length; at += 1) {
    const offset = (compositionTimes[at] ?? 0) - lowest;
    if (offset > MAX_UINT32) throw new PackagingError('bad_times', `Sample ${at} has the composition offset ${offset}.`);
    raised[at] = offset;
    decodeTimes[at] = (decodeTimes[at] ?? 0) + lowest;
  }
  return raised;
}

/** @param end decoding time at the end of the last sample */
function durationsOf(decodeTimes: Float64Array, end: number): Uint32Array {
  const durations = new Uint32Array(decodeTimes.length);
  for (let at = 0; at < durations.length; at += 1) {
    const duration = (at + 1 < durations.length ? (decodeTimes[at + 1] ?? 0) : end) - (decodeTimes[at] ?? 0);
    if (!(duration >= 0 && duration <= MAX_UINT32))
      throw new PackagingError('bad_times', `Sample ${at} has the duration ${duration}.`);
    durations[at] = duration;
  }
  // Some programs state no duration for the last sample.
  const last = durations.length - 1;
  if (last > 0 && durations[last] === 0) durations[last] = durations[last - 1] ?? 0;
  return durations;
}

function hasLeadingPictures(decodeTimes: Float64Array, compositionOffsets: Uint32Array, keys: Uint8Array): boolean {
  let keyTime = -Infinity;
  for (let at = 0; at < keys.length; at += 1) {
    const time = (decodeTimes[at] ?? 0) + (compositionOffsets[at] ?? 0);
    if (keys[at] === 1) keyTime = time;
    else if (time < keyTime) return true;
  }
  return false;
}
