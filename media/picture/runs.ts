import type { FrameStretch, StatedPicture } from './picture.ts';

/** Minimum duration of a picture; a shorter one is a glitch that no rendition should follow. */
export const MIN_LASTING_SECONDS = 1;
/** Maximum step between neighboring frames; a longer one is a clock jump rather than elapsed time. */
const MAX_STEP_SECONDS = 10;

/** Maximum assumed frame duration, if only some frames are known. */
const MAX_FRAME_SECONDS = 0.1;

/** Neighboring frames with the same properties. */
export interface Run {
  readonly picture: StatedPicture;
  /** Time of its first frame, as the stretch states it. */
  readonly startSeconds: number;
  /** Position of its stretch. */
  readonly stretch: number;
  seconds: number;
  /** Duration of a frame; timestamps may be rounded by as much. */
  frameSeconds: number;
  /** Whether it may extend into a part that was not read. */
  isCut: boolean;
}

/** Returns whether a run lasts, or may last, for at least a second. */
export function isLasting({ seconds, isCut, frameSeconds }: Run): boolean {
  return isCut || seconds >= MIN_LASTING_SECONDS - frameSeconds / 2;
}

/**
 * Divides the frames of a track into runs.
 *
 * @param stretches parts of a track, with gaps between them that were not read
 */
export function findRuns(
  stretches: readonly FrameStretch[],
  isSame: (one: StatedPicture, other: StatedPicture) => boolean,
): Run[] {
  return stretches.flatMap((frames, stretch) => {
    const gaps = { before: stretch > 0, after: stretch < stretches.length - 1 };
    return runsOf(frames, { stretch, gaps, isSame });
  });
}

interface Division {
  readonly stretch: number;
  readonly gaps: { readonly before: boolean; readonly after: boolean };
  readonly isSame: (one: StatedPicture, other: StatedPicture) => boolean;
}

function runsOf(frames: FrameStretch, { stretch, gaps, isSame }: Division): Run[] {
  const runs: Run[] = [];
  let [earlier, steps, total] = [frames[0]?.seconds ?? 0, 0, 0];
  for (const { seconds, picture } of frames) {
    const step = seconds - earlier;
    earlier = seconds;
    const run = runs.at(-1);
    if (step !== 0 && Math.abs(step) <= MAX_STEP_SECONDS) {
      if (run !== undefined) run.seconds += step;
      [steps, total] = [steps + 1, total + step];
    }
    if (picture !== undefined && (run === undefined || !isSame(run.picture, picture)))
      runs.push({ picture, startSeconds: seconds, stretch, seconds: 0, frameSeconds: 0, isCut: runs.length === 0 && gaps.before });
  }
  const frameSeconds = steps === 0 ? 0 : Math.max(0, Math.min(MAX_FRAME_SECONDS, total / steps));
  for (const run of runs) run.frameSeconds = frameSeconds;
  const last = runs.at(-1);
  if (last !== undefined) {
    last.seconds += frameSeconds;
    last.isCut ||= gaps.after;
  }
  return runs;
}
