import { shortSideOf, type Size } from '../display-size.ts';
import type { ShownPart } from './shown-part.ts';

/** Frames from which the poster is chosen: the first of the video, then one per interval. */
export interface PosterPlan {
  readonly intervalSeconds: number;
  readonly captures: number;
}

const CANDIDATES = 6;
const MAX_CAPTURES = 60;
const MAX_SHORT_SIDE = 720;

/**
 * Plans captures at one interval: those before the picture, then six spread over it, or fewer if it lasts up to five seconds.
 * A picture that is short compared with its late start gets a single one, at its first quarter.
 */
export function planPosterFrames({ startSeconds, endSeconds }: ShownPart): PosterPlan {
  const intervalSeconds = Math.max(1, Math.floor((endSeconds - startSeconds) / CANDIDATES));
  const before = Math.ceil(startSeconds / intervalSeconds);
  if (before + CANDIDATES > MAX_CAPTURES || (before > 0 && before * intervalSeconds >= endSeconds))
    return { intervalSeconds: startSeconds + (endSeconds - startSeconds) / 4, captures: 2 };
  const captures = Math.min(before + CANDIDATES, Math.ceil(endSeconds / intervalSeconds));
  return { intervalSeconds, captures: Math.max(1, captures) };
}

/**
 * Chooses the size of the poster: the first up to 720p, else the first of all.
 *
 * @param sizes those of the renditions, largest first
 */
export function posterSize(sizes: readonly [Size, ...Size[]]): Size {
  return sizes.find((size) => shortSideOf(size) <= MAX_SHORT_SIDE) ?? sizes[0];
}

/**
 * Chooses the poster: the largest file, or the earliest of equals. Among frames of one size and quality it has the most
 * detail; black, faded and blurred frames are small.
 */
export function choosePosterFrame<Frame extends { readonly sizeBytes: number }>(
  frames: readonly Frame[],
): Frame | undefined {
  const [first, ...others] = frames;
  return others.reduce((best, frame) => (best && frame.sizeBytes > best.sizeBytes ? frame : best), first);
}
