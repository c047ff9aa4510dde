import { PackagingError } from '../packaging-error.ts';
import type { Stretch } from './edit-stretches.ts';
import type { SampleColumns } from './sample-columns.ts';

/** Samples of a track in decoding order, from `first` up to `end`. */
export interface SampleSpan {
  readonly first: number;
  readonly end: number;
}

/**
 * Finds the pictures to package of a stretch: from the one that is shown first, which must be a key frame, to the last shown
 * one in decoding order.
 *
 * @throws PackagingError `edit_inside_gop`, `no_key_frame`, `unsupported_edit`
 */
export function shownPictures(columns: SampleColumns, { mediaStart, mediaEnd }: Stretch, isLast: boolean): SampleSpan {
  const { count, decodeTimes, compositionOffsets, keys } = columns;
  const timeOf = (sample: number): number => (decodeTimes[sample] ?? 0) + (compositionOffsets[sample] ?? 0);
  let [shown, shownTime, end] = [-1, -Infinity, 0];
  for (let sample = 0; sample < count; sample += 1) {
    const time = timeOf(sample);
    if (time <= mediaStart && time > shownTime) [shown, shownTime] = [sample, time];
    if (time < mediaEnd) end = sample + 1;
  }
  const first = Math.max(0, shown);
  if (keys[first] !== 1) {
    if (shown > 0) throw new PackagingError('edit_inside_gop', `An edit begins at picture ${shown}, which is not a key frame.`);
    throw new PackagingError('no_key_frame', 'The first picture is not a key frame.');
  }
  for (let sample = first; sample < end; sample += 1) {
    const time = timeOf(sample);
    if (shown >= 0 && time < shownTime)
      throw new PackagingError('edit_inside_gop', `An edit begins at picture ${shown} and hides a later one.`);
    if (!isLast && time >= mediaEnd)
      throw new PackagingError('unsupported_edit', 'An edit that another one follows ends between reordered pictures.');
  }
  return { first, end };
}

/** Duration up to which hidden sound at the start is a codec's priming, seconds. */
const MAX_PRIMING_SECONDS = 0.25;

/**
 * Finds the sound frames to package of a stretch. Those before the first edit are kept if they are priming, else only one, with
 * which a decoder warms up.
 */
export function shownSound(
  columns: SampleColumns,
  { mediaStart, mediaEnd }: Stretch,
  { isFirst, timescale }: { readonly isFirst: boolean; readonly timescale: number },
): SampleSpan {
  const { count, decodeTimes, compositionOffsets, endTime } = columns;
  let [first, end] = [-1, 0];
  for (let sample = 0; sample < count; sample += 1) {
    const offset = compositionOffsets[sample] ?? 0;
    const next = sample + 1 < count ? (decodeTimes[sample + 1] ?? 0) : endTime;
    if (first < 0 && next + offset > mediaStart) first = sample;
    if ((decodeTimes[sample] ?? 0) + offset < mediaEnd) end = sample + 1;
  }
  if (first < 0) return { first: 0, end: 0 };
  if (!isFirst) return { first, end };
  const isPriming = mediaStart - (decodeTimes[0] ?? 0) <= MAX_PRIMING_SECONDS * timescale;
  return { first: isPriming ? 0 : Math.max(0, first - 1), end };
}
