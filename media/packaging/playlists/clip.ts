import type { SourceIndex, StoredPlan } from '../index/source-index.ts';
import { PackagingError } from '../packaging-error.ts';
import { segmentTimes } from '../segments/segment-samples.ts';

/** Part of a film to show. */
export interface Piece {
  readonly startSeconds: number;
  /** Infinite for the end of the film. */
  readonly endSeconds: number;
}

/** Pieces of a film in the order in which they are shown; none for the whole film. */
export type Clip = readonly Piece[];

/** Query parameters of a playlist that state a clip. */
export interface ClipParameters {
  /** Seconds. */
  readonly start?: string | undefined;
  /** Seconds. */
  readonly end?: string | undefined;
  /** Pieces as `10-70,560-620`, seconds. */
  readonly trimming?: string | undefined;
}

const MAX_PIECES = 32;
const SECONDS = /^\d{1,7}(?:\.\d{1,6})?$/;
const SHOWN_CHARACTERS = 40;

/**
 * Reads a clip from parameters: `start`, `end` or both, or `trimming`.
 *
 * @throws PackagingError `bad_clip`
 */
export function readClip({ start, end, trimming }: ClipParameters): Clip {
  if (trimming === undefined) {
    if (start === undefined && end === undefined) return [];
    const from = start === undefined ? 0 : secondsOf('start', start);
    return [pieceOf(from, end === undefined ? Infinity : secondsOf('end', end), 'start and end')];
  }
  if (start !== undefined || end !== undefined) throw badClip('trimming cannot be combined with start or end.');
  const pieces = trimming.split(',', MAX_PIECES + 1);
  if (pieces.length > MAX_PIECES) throw badClip(`trimming has more than ${MAX_PIECES} pieces.`);
  return pieces.map((piece) => {
    const [from = '', to, ...rest] = piece.split('-');
    if (to === undefined || rest.length > 0) throw badClip(`${quoted(piece)} in trimming is not two times in seconds, such as 10-70.`);
    return pieceOf(secondsOf('trimming', from), secondsOf('trimming', to), 'trimming');
  });
}

/** Writes a clip as the parameters that `readClip` reads. */
export function writeClip(clip: Clip): ClipParameters {
  const [only] = clip;
  if (only === undefined) return {};
  if (clip.length > 1) return { trimming: clip.map(({ startSeconds, endSeconds }) => `${startSeconds}-${endSeconds}`).join(',') };
  return { start: String(only.startSeconds), ...(only.endSeconds === Infinity ? {} : { end: String(only.endSeconds) }) };
}

function secondsOf(name: string, text: string): number {
  if (!SECONDS.test(text)) throw badClip(`${quoted(text)} in ${name} is not a time in seconds, such as 90 or 12.5.`);
  return Number(text);
}

function pieceOf(startSeconds: number, endSeconds: number, name: string): Piece {
  if (startSeconds < endSeconds) return { startSeconds, endSeconds };
  throw badClip(`A piece of ${name} ends at ${endSeconds} s and starts at ${startSeconds} s: it must end later.`);
}

function quoted(text: string): string {
  return `'${text.slice(0, SHOWN_CHARACTERS)}'`;
}

function badClip(message: string): PackagingError {
  return new PackagingError('bad_clip', message);
}

/** Maximum rounding error of a clip's times: a time in milliseconds means the nearest key frame. */
const TOLERANCE_SECONDS = 0.001;

/** Consecutive segments, from `first` up to but not including `end`. */
export interface SegmentSpan {
  readonly first: number;
  readonly end: number;
}

/**
 * Returns the segments that contain a clip's pieces. Pieces are extended to whole segments, which begin at key frames. A segment
 * that two successive pieces share belongs to the first one; pieces without a break between them are merged.
 *
 * @returns all segments for the whole film
 * @throws PackagingError `bad_clip` for a piece after the end of the film
 */
export function snapClip(index: SourceIndex, plan: StoredPlan, clip: Clip): readonly SegmentSpan[] {
  if (clip.length === 0) return [{ first: 0, end: plan.segments }];
  const filmEnd = segmentTimes(index, plan, plan.segments - 1).endSeconds;
  const spans: SegmentSpan[] = [];
  let earlier: Piece | undefined;
  for (const piece of clip) {
    if (piece.startSeconds >= filmEnd)
      throw badClip(`A piece starts at ${piece.startSeconds} s; the film ends at ${filmEnd.toFixed(3)} s.`);
    const found = lastSegmentAt(index, plan, piece.startSeconds + TOLERANCE_SECONDS);
    const end = Math.max(found, lastSegmentAt(index, plan, piece.endSeconds - TOLERANCE_SECONDS)) + 1;
    const last = spans.at(-1);
    const follows = earlier !== undefined && piece.startSeconds >= earlier.endSeconds;
    const first = last !== undefined && follows ? Math.max(found, last.end) : found;
    earlier = piece;
    if (last !== undefined && first === last.end) spans[spans.length - 1] = { first: last.first, end: Math.max(last.end, end) };
    else if (end > first) spans.push({ first, end });
  }
  return spans;
}

/** Returns the number of the segment that plays at a time; 0 for a time before the first segment. */
function lastSegmentAt(index: SourceIndex, plan: StoredPlan, seconds: number): number {
  let [low, high] = [0, plan.segments];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (segmentTimes(index, plan, middle).startSeconds <= seconds) low = middle;
    else high = middle;
  }
  return low;
}
