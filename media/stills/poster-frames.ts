import { shortSideOf, type Size } from '../display-size.ts';

/** Frames from which the poster is chosen: the first of the video, then one per interval. */
export interface PosterPlan {
  readonly intervalSeconds: number;
  readonly captures: number;
}

const CANDIDATES = 6;
const MAX_SHORT_SIDE = 720;

/** Plans six frames spread over the video, fewer for one of up to five seconds. */
export function planPosterFrames(durationSeconds: number): PosterPlan {
  const intervalSeconds = Math.max(1, Math.floor(durationSeconds / CANDIDATES));
  return { intervalSeconds, captures: Math.max(1, Math.min(CANDIDATES, Math.ceil(durationSeconds / intervalSeconds))) };
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
