/** Times at which a video track shows its frames, as far as they were read. */
export interface FrameTimes {
  /** Resolution of the timestamps. */
  readonly ticksPerSecond: number;
  /** Parts of the track that were read without a gap; each holds presentation times in ascending order, ticks. */
  readonly stretches: readonly (readonly number[])[];
  /** Whether the stretches are the whole track. */
  readonly complete: boolean;
}

/** Ends of a stretch where the reader stopped between frames that belong together. */
interface Cuts {
  readonly before: boolean;
  readonly after: boolean;
}

/** Maximum number of frames by which decoding and presentation order differ: ITU-T H.264, A.3.1, `MaxDpbFrames`. */
const MAX_REORDERING = 16;

/**
 * Sorts the times of frames read in decoding order. Drops repeated times, which recorders write at their start, and, at a
 * cut, the frames among which some may be missing because they are decoded on its other side.
 */
export function inPresentationOrder(decoded: readonly number[], cuts: Cuts): number[] {
  const sorted = [...new Set(decoded)].toSorted((a, b) => a - b);
  const { overtaken, overtaking } = cuts.before || cuts.after ? measureReordering(decoded) : NO_REORDERING;
  return sorted.slice(cuts.before ? overtaken : 0, sorted.length - (cuts.after ? overtaking : 0));
}

interface Reordering {
  /** Maximum number of frames that are decoded after a frame and shown before it. */
  readonly overtaken: number;
  /** Maximum number of frames that are decoded before a frame and shown after it. */
  readonly overtaking: number;
}

const NO_REORDERING: Reordering = { overtaken: 0, overtaking: 0 };

function measureReordering(decoded: readonly number[]): Reordering {
  let [overtaken, overtaking] = [0, 0];
  for (const [index, time] of decoded.entries()) {
    const earlier = decoded.slice(Math.max(0, index - MAX_REORDERING), index);
    const later = decoded.slice(index + 1, index + 1 + MAX_REORDERING);
    overtaking = Math.max(overtaking, earlier.filter((other) => other > time).length);
    overtaken = Math.max(overtaken, later.filter((other) => other < time).length);
  }
  return { overtaken, overtaking };
}
