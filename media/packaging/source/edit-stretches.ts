import type { Edit } from '../../isobmff/elst.ts';
import { PackagingError } from '../packaging-error.ts';

/** Part of a track's media that edits present without interruption. */
export interface Stretch {
  /** Start on the movie's timeline, ticks of the movie. */
  readonly startMovieTicks: number;
  /** Ticks of the media. */
  readonly mediaStart: number;
  /** Ticks of the media, a fraction possibly; infinite for the rest of the track. */
  readonly mediaEnd: number;
}

export interface EditedTrack {
  readonly edits: readonly Edit[];
  /** Ticks of the media per second. */
  readonly timescale: number;
  readonly movieTimescale: number;
  /** Whether samples are in fragments, to which edits of the movie box do not set an end. */
  readonly isFragmented: boolean;
}

/**
 * Returns what a track's edit list presents: ISO/IEC 14496-12:2022, 8.6.6. Edits that continue each other count as one.
 *
 * @throws PackagingError `unsupported_edit` for a changed speed, or a gap after the first stretch
 */
export function editStretches({ edits, timescale, movieTimescale, isFragmented }: EditedTrack): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let start = 0;
  for (const [index, { segmentDuration, mediaTime, rate }] of edits.entries()) {
    if (mediaTime < 0) {
      if (stretches.length > 0 && segmentDuration > 0 && index < edits.length - 1)
        throw new PackagingError('unsupported_edit', `Edit ${index} is a gap within the track.`);
      start += segmentDuration;
      continue;
    }
    if (rate !== 1) throw new PackagingError('unsupported_edit', `Edit ${index} has the speed ${rate}.`);
    const isOpen = index === edits.length - 1 && (segmentDuration === 0 || isFragmented);
    if (segmentDuration === 0 && !isOpen) continue;
    const mediaEnd = isOpen ? Infinity : mediaTime + (segmentDuration * timescale) / movieTimescale;
    const last = stretches.at(-1);
    // Durations are rounded to ticks of the movie.
    const isContinued = last !== undefined && Math.abs(last.mediaEnd - mediaTime) <= timescale / movieTimescale + 1;
    if (isContinued) stretches[stretches.length - 1] = { ...last, mediaEnd };
    else stretches.push({ startMovieTicks: start, mediaStart: mediaTime, mediaEnd });
    start += segmentDuration;
  }
  return stretches.length > 0 ? stretches : [{ startMovieTicks: start, mediaStart: 0, mediaEnd: Infinity }];
}
