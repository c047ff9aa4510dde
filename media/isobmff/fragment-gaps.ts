import type { ByteSource } from '../byte-source.ts';
import { limitReads } from '../limit-reads.ts';
import { rootOf } from './box-tree.ts';
import type { Box } from './box-header.ts';
import type { FoundDamage, Gap } from '../gaps/gap.ts';
import type { Movie, MovieTrack } from './movie.ts';
import { MAX_MOOF_BYTES, readSequenceNumber, readTrackFragments, type TrackFragment } from './track-fragments.ts';
import { presentationOffset } from './track-span.ts';
import { DAMAGED, walkBoxes } from './walk-boxes.ts';

export interface FragmentGaps extends FoundDamage {
  /** End of the last track if the file ends inside a box, in seconds from the start of the first one. */
  readonly cutOffSeconds: number | undefined;
}

/** Shortest gap that viewers notice, seconds; recorders round and guess the durations of samples. */
const MIN_GAP_SECONDS = 0.5;
/** Blocks that may be read: 128 MiB, or some 500 fragments. */
const MAX_BLOCKS = 512;
/** Media data before a damaged end that shows whether the damage reaches into it, bytes. */
const ZERO_BYTES = 64;
/** Part of a movie box by which it is compared with an earlier one, bytes. */
const MAX_MOOV_BYTES = 64 * 1024;
/** Step back of a track's time where a recording starts again rather than fragments repeat, seconds. */
const MIN_STEP_BACK_SECONDS = 2;
/** Time within which changes of several tracks are one, seconds. */
const ONE_CHANGE_SECONDS = 5;

/**
 * Finds missing and damaged fragments by the decoding times of the others: ISO/IEC 14496-12:2022, 8.8.12. A gap counts if
 * all tracks have it, or if a damaged part or missing sequence numbers explain it; the pauses of a single track do not count.
 * Reads the fragments' indexes in file order, at most 128 MiB.
 *
 * @param tracks tracks that are encoded
 */
export async function findFragmentGaps(source: ByteSource, movie: Movie, tracks: readonly MovieTrack[]): Promise<FragmentGaps> {
  const limited = limitReads(source, MAX_BLOCKS);
  const timelines = tracks.map((track) => new Timeline(track, presentationOffset(movie, track)));
  let [sequence, last, moov]: [number | undefined, Box | undefined, Buffer | undefined] = [undefined, undefined, undefined];
  let damagedStart = false;
  const suspectAll = (): void => {
    damagedStart ||= timelines.every(({ isEmpty }) => isEmpty);
    for (const timeline of timelines) timeline.isSuspect = true;
  };
  for await (const box of walkBoxes(limited)) {
    last = box;
    if (box.type === 'moov') {
      const bytes = Buffer.from(await limited.read(box.offset, Math.min(box.size, MAX_MOOV_BYTES)));
      // Some writers repeat the movie box unchanged.
      if (moov !== undefined && !moov.equals(bytes)) timelines.forEach((timeline) => timeline.change());
      moov = bytes;
    }
    if (box.type === DAMAGED && box.offset + box.size < source.size) suspectAll();
    if (box.type !== 'moof' || box.size > Math.min(MAX_MOOF_BYTES, source.size - box.offset)) continue;
    const root = rootOf(await limited.read(box.offset, box.size), box.offset, limited.spend);
    if (root.content.length < box.size) break;
    const fragments = readTrackFragments(root, movie);
    const number = fragments && readSequenceNumber(root);
    if (fragments === undefined || (number !== undefined && sequence !== undefined && number > sequence + 1)) suspectAll();
    sequence = number ?? sequence;
    for (const fragment of fragments ?? []) timelines.find(({ trackId }) => trackId === fragment.trackId)?.add(fragment);
  }
  const filled = timelines.filter(({ isEmpty }) => !isEmpty);
  if (filled.length === 0) return { gaps: [], cutOffSeconds: undefined };
  const first = Math.min(...filled.map(({ startSeconds }) => startSeconds));
  const end = Math.max(...filled.map(({ endSeconds }) => endSeconds));
  for (const timeline of filled) timeline.endAt(end);
  const damagedEnd =
    last?.type === DAMAGED && (last.offset + last.size < source.size || (await isZeroed(source, last.offset)));
  const gaps = merge([
    ...(damagedStart ? [{ startSeconds: first, endSeconds: first }] : []),
    ...gapsOf(filled),
    ...(damagedEnd ? [{ startSeconds: end, endSeconds: undefined }] : []),
  ]);
  const cutOff = last !== undefined && last.type !== DAMAGED && last.offset + last.size > source.size;
  const changes = merge(filled.flatMap(({ changes: own }) => own.map((startSeconds) => ({ startSeconds, endSeconds: startSeconds + ONE_CHANGE_SECONDS }))));
  return {
    gaps: [
      ...changes.map(({ startSeconds }, index) => ({
        startSeconds: startSeconds - first,
        // Everything up to the next one, or to the end, may be lost.
        endSeconds: (changes[index + 1]?.startSeconds ?? end) - first,
        kind: 'change' as const,
      })),
      ...gaps.map(({ startSeconds, endSeconds }) => ({
      startSeconds: startSeconds - first,
      // The length of a gap before the first fragment is not known.
      endSeconds: endSeconds === undefined || endSeconds === startSeconds ? undefined : endSeconds - first,
      })),
    ],
    cutOffSeconds: cutOff ? end - first : undefined,
    seconds: end - first,
  };
}

/** Returns whether media data ends in zeros. Compressed media does not; zeros that only follow it are unused space. */
async function isZeroed(source: ByteSource, end: number): Promise<boolean> {
  const bytes = await source.read(end - ZERO_BYTES, ZERO_BYTES);
  return bytes.length > 0 && bytes.every((byte) => byte === 0);
}

interface TrackGap {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Whether damage or missing sequence numbers explain it. */
  readonly isExplained: boolean;
}

/** Times that the fragments of one track cover. */
class Timeline {
  readonly trackId: number;
  readonly gaps: TrackGap[] = [];
  /** Ends, in seconds, after which another recording begins or the clock starts again. */
  readonly changes: number[] = [];
  /** Whether fragments may be missing since the track's last one. */
  isSuspect = false;
  readonly #timescale: number;
  readonly #offsetSeconds: number;
  #first: number | undefined;
  #end = 0;
  /** Ticks by which the times of a recording follow those of the earlier ones. */
  #shift = 0;
  #last: number | undefined;

  constructor({ id, timescale, span, samples }: MovieTrack, offsetSeconds: number) {
    this.trackId = id;
    this.#timescale = timescale;
    this.#offsetSeconds = offsetSeconds;
    // The first samples of some fragmented files are in the movie box.
    if (samples > 0 && span !== undefined) [this.#first, this.#end] = [0, span.endTicks];
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  get startSeconds(): number {
    return this.#secondsAt(this.#first ?? 0);
  }

  get endSeconds(): number {
    return this.#secondsAt(this.#end);
  }

  change(): void {
    if (!this.isEmpty) this.changes.push(this.endSeconds);
  }

  add({ decodeTime: stated, duration, samples }: TrackFragment): void {
    if (samples === 0) return;
    const isRepeated = stated !== undefined && stated === this.#last;
    this.#last = stated;
    if (isRepeated || (stated !== undefined && this.#fillsGap(stated + this.#shift))) return;
    if (stated !== undefined && this.#end - (stated + this.#shift) > MIN_STEP_BACK_SECONDS * this.#timescale) {
      this.change();
      this.#shift = this.#end - stated;
    }
    const decodeTime = stated === undefined ? this.#end : stated + this.#shift;
    if (this.#first === undefined) this.#first = decodeTime;
    else this.endAt(this.#secondsAt(decodeTime));
    this.#end = Math.max(this.#end, decodeTime + duration);
    this.isSuspect = false;
  }

  /** Returns whether a fragment that begins at a time is only out of order. */
  #fillsGap(ticks: number): boolean {
    const seconds = this.#secondsAt(ticks);
    return this.gaps.some(({ startSeconds, endSeconds }) => seconds > startSeconds - MIN_GAP_SECONDS && seconds < endSeconds - MIN_GAP_SECONDS / 2);
  }

  /** Adds the gap from the end of the last fragment, if there is one. */
  endAt(endSeconds: number): void {
    const startSeconds = this.endSeconds;
    if (endSeconds - startSeconds >= MIN_GAP_SECONDS) this.gaps.push({ startSeconds, endSeconds, isExplained: this.isSuspect });
  }

  #secondsAt(ticks: number): number {
    return ticks / this.#timescale + this.#offsetSeconds;
  }
}

/** Returns the gaps that damage explains, or that all tracks have. */
function gapsOf(timelines: readonly Timeline[]): readonly TrackGap[] {
  return timelines.flatMap((timeline) => {
    const others = timelines.filter((other) => other !== timeline);
    const isShared = (gap: TrackGap): boolean =>
      others.length > 0 && others.every(({ gaps }) => overlapsAny(gaps, gap));
    return timeline.gaps.filter((gap) => gap.isExplained || isShared(gap));
  });
}

/** @param gaps gaps of a track, each at least as long as the minimum, in ascending order and without overlaps */
function overlapsAny(gaps: readonly TrackGap[], gap: TrackGap): boolean {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((gaps[middle]?.endSeconds ?? 0) - gap.startSeconds < MIN_GAP_SECONDS) low = middle + 1;
    else high = middle;
  }
  // Later gaps overlap less.
  const [first] = gaps.slice(low, low + 1);
  return first !== undefined && overlapOf(gap, first) >= MIN_GAP_SECONDS;
}

function overlapOf(a: TrackGap, b: TrackGap): number {
  return Math.min(a.endSeconds, b.endSeconds) - Math.max(a.startSeconds, b.startSeconds);
}

function merge(gaps: readonly Gap[]): readonly Gap[] {
  const merged: Gap[] = [];
  for (const gap of gaps.toSorted((a, b) => a.startSeconds - b.startSeconds)) {
    const known = merged.at(-1);
    if (known === undefined || gap.startSeconds > (known.endSeconds ?? Infinity)) merged.push(gap);
    else merged[merged.length - 1] = { ...known, endSeconds: latest(known.endSeconds, gap.endSeconds) };
  }
  return merged;
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}
