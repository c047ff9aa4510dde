import { isStepBack, MAX_GAP_TICKS, mayReorder, stepBetween, TICKS_PER_SECOND } from './clock.ts';

/** A timestamp of a stream, in the order of the file. */
export interface ClockReading {
  readonly stream: number;
  readonly isSound: boolean;
  /** Decoding time, 90 kHz, which wraps after 2^33. */
  readonly ticks: number;
  /** Number of frames in a packet of sound, from which the duration of the last one before a jump follows. */
  readonly frames?: number | undefined;
}

/** A file's timestamps on one clock that never jumps or wraps. */
export interface ContinuousClock {
  /** Ticks to add to each timestamp. */
  readonly offsets: readonly number[];
  readonly jumps: number;
}

/** Maximum distance in time between streams at one place of a file, ticks: decoders buffer little more than a second. */
const MAX_INTERLEAVING = 5 * TICKS_PER_SECOND;
/** Maximum distance from the current end of a segment to which a stray timestamp returns, ticks. */
const MAX_RETURN = TICKS_PER_SECOND / 2;
/** Minimum gap within one stream that may hide a jump of another one, ticks. */
const MIN_DOUBTFUL_GAP = TICKS_PER_SECOND / 5;
/** Maximum duration of a packet, ticks. */
const MAX_PACKET = TICKS_PER_SECOND / 2;
/** Minimum number of timestamps of a segment; fewer are damage. */
const MIN_READINGS = 3;
/** Number of segments that streams may be in at one place of a file. */
const OPEN_SEGMENTS = 8;

/** Part of a file with one clock. Times within it are relative to its first timestamp, ticks. */
interface Segment {
  readonly index: number;
  readonly firstTicks: number;
  earliest: number;
  latest: number;
  latestTicks: number;
  readings: number;
  readonly starts: Map<number, number>;
  readonly ends: Map<number, number>;
  /** Last timestamp before it in the file. */
  readonly after: Place | undefined;
}

interface Place {
  readonly segment: Segment;
  readonly time: number;
}

interface StreamState extends Place {
  readonly ticks: number;
  /** Estimated duration of its packets, and of this one if the number of frames is known. */
  readonly packetTicks: number;
  readonly ownTicks: number | undefined;
  readonly frames: number | undefined;
}

/**
 * Puts the streams of a file on one clock. All streams of a program share a clock (ISO/IEC 13818-1, 2.4.2), so they keep their
 * distances where it jumps, although each of them jumps elsewhere in the file. After a jump, time continues where the longest
 * stream before it ends.
 */
export function alignClock(readings: readonly ClockReading[]): ContinuousClock {
  const reordered = reorderedStreams(readings);
  const segments: Segment[] = [];
  const states = new Map<number, StreamState>();
  const places: Place[] = [];
  for (const { stream, ticks, frames } of readings) {
    const state = states.get(stream);
    const segment =
      findSegment({ segments, states, stream, ticks, reorders: reordered.has(stream) }) ?? beginSegment(segments, ticks, places.at(-1));
    const time = timeIn(segment, ticks);
    const { usual, own } = packetDuration(state, ticks, frames);
    states.set(stream, { segment, time, ticks, packetTicks: usual, ownTicks: frames === undefined ? undefined : own, frames });
    extend(segment, stream, time, ticks, own);
    places.push({ segment, time });
  }
  const starts = placeSegments(segments);
  const latest = new Map<number, number>();
  const offsets = places.map(({ segment, time }, index) => {
    const { stream = 0, ticks = 0 } = readings[index] ?? {};
    const earlier = latest.get(stream);
    const continuous = segment.readings < MIN_READINGS && earlier !== undefined ? earlier : (starts[segment.index] ?? 0) + time;
    latest.set(stream, continuous);
    return continuous - ticks;
  });
  return { offsets, jumps: segments.filter(({ readings: count }) => count >= MIN_READINGS).length - 1 };
}

function reorderedStreams(readings: readonly ClockReading[]): ReadonlySet<number> {
  const times = new Map<number, number[]>();
  for (const { stream, ticks, isSound } of readings) {
    if (isSound) continue;
    const known = times.get(stream);
    if (known === undefined) times.set(stream, [ticks]);
    else known.push(ticks);
  }
  return new Set([...times].flatMap(([stream, ofStream]) => (mayReorder(ofStream) ? [stream] : [])));
}

interface Search {
  readonly segments: readonly Segment[];
  readonly states: ReadonlyMap<number, StreamState>;
  readonly stream: number;
  readonly ticks: number;
  readonly reorders: boolean;
}

/** Returns the segment of a timestamp, or undefined if it begins one. */
function findSegment({ segments, states, stream, ticks, reorders }: Search): Segment | undefined {
  const state = states.get(stream);
  const open = segments.slice(-OPEN_SEGMENTS);
  if (state === undefined) return nearest(open, ticks, MAX_GAP_TICKS);
  const own = state.segment;
  const newer = open.filter(({ index }) => index > own.index);
  const step = stepBetween(state.ticks, ticks);
  const overlap = (state.ownTicks ?? 0) - step;
  if (isStepBack(step, reorders) || isStepBack(-overlap, reorders) || step > MAX_GAP_TICKS) {
    if (step > 0 && distanceTo(own, ticks) <= MAX_RETURN) return own;
    const inUse = new Set([...states].flatMap(([other, { segment }]) => (other === stream ? [] : [segment])));
    const older = open.filter((segment) => segment.index < own.index && inUse.has(segment));
    return (
      nearest(newer, ticks, MAX_INTERLEAVING) ??
      older.find(({ latestTicks }) => Math.abs(stepBetween(latestTicks, ticks)) <= MAX_RETURN)
    );
  }
  if (-overlap < MIN_DOUBTFUL_GAP) return own;
  return nearest([own, ...newer], ticks, Infinity) ?? own;
}

function nearest(segments: readonly Segment[], ticks: number, max: number): Segment | undefined {
  const sorted = segments.toSorted((a, b) => distanceTo(a, ticks) - distanceTo(b, ticks) || b.index - a.index);
  return sorted.find((segment) => distanceTo(segment, ticks) <= max);
}

/** Returns how far outside a segment a timestamp lies, ticks. */
function distanceTo(segment: Segment, ticks: number): number {
  const time = timeIn(segment, ticks);
  return Math.max(0, segment.earliest - time, time - segment.latest);
}

function timeIn({ latest, latestTicks }: Segment, ticks: number): number {
  return latest + stepBetween(latestTicks, ticks);
}

function beginSegment(segments: Segment[], ticks: number, after: Place | undefined): Segment {
  const common = { earliest: 0, latest: 0, latestTicks: ticks, readings: 0, starts: new Map(), ends: new Map() };
  const segment = { index: segments.length, firstTicks: ticks, after, ...common };
  segments.push(segment);
  return segment;
}

function extend(segment: Segment, stream: number, time: number, ticks: number, packetTicks: number): void {
  segment.readings += 1;
  segment.earliest = Math.min(segment.earliest, time);
  if (time > segment.latest) [segment.latest, segment.latestTicks] = [time, ticks];
  segment.starts.set(stream, Math.min(segment.starts.get(stream) ?? time, time));
  segment.ends.set(stream, Math.max(segment.ends.get(stream) ?? time, time + packetTicks));
}

/** Estimates how long a packet lasts: as long as the one before or, for sound, in proportion to the frames. */
function packetDuration(state: StreamState | undefined, ticks: number, frames: number | undefined): { usual: number; own: number } {
  if (state === undefined) return { usual: 0, own: 0 };
  const step = stepBetween(state.ticks, ticks);
  const usual = step > 0 && step <= MAX_PACKET ? step : state.packetTicks;
  const share = frames === undefined || state.frames === undefined || state.frames === 0 ? 1 : frames / state.frames;
  return { usual, own: Math.min(MAX_PACKET, usual * share) };
}

/** Returns the start of each segment on the continuous clock. */
function placeSegments(segments: readonly Segment[]): readonly number[] {
  const placed: number[] = [];
  const ends = new Map<number, number>();
  for (const { firstTicks, after, starts, ends: own, readings } of segments) {
    const needed = [...starts].flatMap(([stream, start]) => {
      const end = ends.get(stream);
      return end === undefined ? [] : [end - start];
    });
    const following = after === undefined ? firstTicks : (placed[after.segment.index] ?? 0) + after.time;
    const start = Math.round(needed.length > 0 ? Math.max(...needed) : following);
    placed.push(start);
    if (readings < MIN_READINGS) continue;
    for (const [stream, end] of own) ends.set(stream, Math.max(ends.get(stream) ?? -Infinity, start + end));
  }
  return placed;
}
