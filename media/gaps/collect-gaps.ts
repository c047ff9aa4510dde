import type { BreakMark, FoundDamage, Gap, Mark, MarkedPart, PictureMark, TimeMark } from './gap.ts';

/** Properties of a container's clock. */
export interface ContainerClock {
  /** Time after which timestamps start again from zero; undefined if they never do. */
  readonly wrapSeconds?: number;
}

/** Minimum loss that viewers notice, seconds; also the encoder's limit for silence that it reports. */
const MIN_LOSS_SECONDS = 0.1;
/** Number of broken bytes that count as a loss whatever the timestamps say: several packets of any kind of media. */
const MIN_LOST_BYTES = 4096;
/** Steps of a clock that wraps and that are jumps, as where recordings were joined, rather than lost time. */
const [MAX_STEP_AHEAD, MAX_STEP_BACK] = [10, 2];
/** Number of timestamps of a track after which the first in presentation order is known: reordered frames follow it. */
const REORDERED = 4;
/** Maximum number of frames that reordering moves: ITU-T H.264, A.3.1, and H.265, A.4.2. */
const MAX_REORDERED = 16;
/** Time within which changes of several tracks are one, seconds: tracks are not exactly interleaved. */
const ONE_CHANGE_SECONDS = 5;
/** Time after a break within which a track must continue, seconds. */
const MAX_WAIT_SECONDS = 3;

/** Maximum number of tracks whose times count; a break compares all of them. */
const MAX_TRACKS = 64;

interface Track {
  /** Latest timestamp, and elapsed time to it, seconds. */
  raw: number;
  latest: number;
  current: number;
  /** Elapsed time at the first timestamp. */
  readonly begin: number;
  /** Usual time between timestamps in presentation order, seconds. */
  step: number;
  /** Latest timestamps in file order, at most `MAX_REORDERED`. */
  readonly recent: number[];
  /** Whether another recording has begun since the track's last timestamp. @default false */
  mayRestart?: boolean;
  /** The track's last step ahead that is longer than most pauses, in elapsed seconds. */
  pause?: { readonly start: number; readonly end: number };
}

/** A break whose end is not known yet. */
interface OpenGap {
  bytes: number;
  /** Elapsed time at the break, by track. */
  readonly before: ReadonlyMap<number, number>;
  readonly after: Map<number, { first: number; count: number }>;
  readonly endsEarly: boolean;
}

/**
 * Finds gaps: time that elapses where the structure of a file breaks. A pause in the timestamps of an intact file is not a
 * gap: screen recordings and browsers write none while nothing changes.
 */
export function collectGaps(parts: readonly MarkedPart[], clock: ContainerClock): readonly Gap[] {
  return collectDamage(parts, clock).gaps;
}

/** Finds gaps as `collectGaps`, and measures the length of the file. */
export function collectDamage(parts: readonly MarkedPart[], clock: ContainerClock): FoundDamage {
  const collector = new GapCollector(clock);
  for (const { marks } of parts) {
    collector.beginPart();
    for (const mark of marks) collector.add(mark);
  }
  return { gaps: collector.finish(), seconds: collector.seconds };
}

class GapCollector {
  readonly #clock: ContainerClock;
  readonly #tracks = new Map<number, Track>();
  readonly #gaps: Gap[] = [];
  #origin: number | undefined;
  #open: OpenGap | undefined;
  #learnsSteps = true;
  #changedAt: number | undefined;
  /** Where the damage to the picture begins that lasts up to the next key frame. */
  #pictureLost: number | undefined;
  readonly #found: Gap[] = [];
  /** Where a track begins with frames that depend on missing ones; undefined after its first key frame. */
  readonly #unkeyed = new Map<number, number | undefined>();

  constructor(clock: ContainerClock) {
    this.#clock = clock;
  }

  /** Tracks may be at any time when another part begins. */
  beginPart(): void {
    this.#learnsSteps = false;
  }

  add(mark: Mark): void {
    if ('brokenBytes' in mark) this.#break(mark);
    else if ('changes' in mark) this.#restart();
    else if ('picture' in mark) this.#picture(mark);
    else this.#time(mark);
  }

  finish(): readonly Gap[] {
    this.#close();
    if (this.#pictureLost !== undefined) this.#endPictureLoss(this.#latest());
    // A gap already tells of a picture that breaks within it.
    const others = withEnds(this.#found, this.#latest()).filter((gap) => gap.kind === 'change' || !this.#gaps.some((loss) => covers(loss, gap)));
    return [...this.#gaps, ...others].toSorted((a, b) => a.startSeconds - b.startSeconds);
  }

  /** Time from the first timestamp to the last. */
  get seconds(): number {
    const tracks = [...this.#tracks.values()];
    return Math.max(0, ...tracks.map(({ latest }) => latest)) - Math.min(0, ...tracks.map(({ begin }) => begin));
  }

  #latest(): number {
    return Math.max(0, ...[...this.#tracks.values()].map(({ latest }) => latest));
  }

  #restart(): void {
    this.#change();
    for (const track of this.#tracks.values()) track.mayRestart = true;
  }

  /** @param endSeconds undefined for a change that lasts up to the next one, or to the end */
  #change(startSeconds = this.#latest(), endSeconds?: number): void {
    const isKnown = this.#changedAt !== undefined && Math.abs(startSeconds - this.#changedAt) < ONE_CHANGE_SECONDS;
    this.#changedAt = startSeconds;
    if (!isKnown) this.#found.push({ startSeconds, endSeconds, kind: 'change' });
  }

  #picture({ picture, track }: PictureMark): void {
    const seconds = this.#tracks.get(track)?.latest;
    if (seconds === undefined) return;
    if (picture === 'key') this.#firstKey(track);
    if (picture === 'dependent') {
      if (!this.#unkeyed.has(track)) this.#unkeyed.set(track, seconds);
      return;
    }
    if (picture === 'lost') this.#pictureLost ??= seconds;
    else if (this.#pictureLost !== undefined) this.#endPictureLoss(this.#tracks.get(track)?.current ?? seconds);
  }

  /** Tells of frames before the first key frame, which no decoder shows. Without a key frame, a file does not mark them. */
  #firstKey(track: number): void {
    const startSeconds = this.#unkeyed.get(track);
    const endSeconds = this.#tracks.get(track)?.current ?? 0;
    this.#unkeyed.set(track, undefined);
    if (startSeconds !== undefined && endSeconds - startSeconds >= MIN_LOSS_SECONDS) this.#found.push({ startSeconds, endSeconds, kind: 'picture' });
  }

  #endPictureLoss(endSeconds: number): void {
    const startSeconds = this.#pictureLost ?? endSeconds;
    this.#pictureLost = undefined;
    this.#found.push({ startSeconds, endSeconds: Math.max(startSeconds, endSeconds), kind: 'picture' });
  }

  #break({ brokenBytes: bytes, endsEarly = false }: BreakMark): void {
    const isContinued = this.#open !== undefined && [...this.#open.after.values()].every(({ count }) => count < REORDERED);
    if (isContinued && !endsEarly && this.#open !== undefined) {
      this.#open.bytes += bytes;
      this.#open.after.clear();
      return;
    }
    this.#close();
    const before = new Map([...this.#tracks].map(([id, { latest }]) => [id, latest]));
    this.#open = { bytes, before, after: new Map(), endsEarly };
  }

  #time({ track: id, seconds }: TimeMark): void {
    const known = this.#tracks.get(id);
    if (known === undefined && this.#tracks.size === MAX_TRACKS) return;
    const elapsed = known === undefined ? this.#begin(id, seconds) : this.#advance(known, seconds);
    if (this.#open === undefined) return;
    const { before, after } = this.#open;
    const seen = after.get(id) ?? { first: elapsed, count: 0 };
    after.set(id, { first: Math.min(seen.first, elapsed), count: seen.count + 1 });
    const isComplete = [...before.keys()].every((track) => (after.get(track)?.count ?? 0) >= REORDERED);
    const waited = elapsed - Math.min(...[...after.values()].map(({ first }) => first));
    if (isComplete ? before.size > 0 : waited > MAX_WAIT_SECONDS) this.#close();
  }

  #begin(id: number, seconds: number): number {
    const [other] = this.#tracks.values();
    this.#origin ??= seconds;
    const elapsed = other === undefined ? seconds - this.#origin : other.current + this.#step(other.raw, seconds);
    this.#tracks.set(id, { raw: seconds, latest: elapsed, current: elapsed, begin: elapsed, step: 0, recent: [seconds] });
    return elapsed;
  }

  #advance(track: Track, seconds: number): number {
    const step = this.#step(track.raw, seconds);
    const isJump = (this.#open?.bytes ?? 0) < MIN_LOST_BYTES && this.#isJump(track, seconds, step);
    if (isJump && this.#clock.wrapSeconds === undefined) this.#change();
    if (step > MAX_STEP_AHEAD && this.#open === undefined && this.#learnsSteps) this.#pause(track, step);
    track.raw = seconds;
    track.recent.push(seconds);
    if (track.recent.length > MAX_REORDERED) track.recent.shift();
    if (isJump) track.recent.length = 0;
    track.mayRestart = false;
    track.current = isJump ? track.latest : track.current + step;
    const ahead = track.current - track.latest;
    if (ahead > 0) {
      if (this.#open === undefined && this.#learnsSteps) track.step = Math.max(ahead, track.step * STEP_DECAY);
      track.latest = track.current;
    }
    this.#learnsSteps = true;
    return track.current;
  }

  /** A pause of one track is common; one of all tracks shows that the clock was set, or that the recording was interrupted. */
  #pause(track: Track, step: number): void {
    if (this.#clock.wrapSeconds !== undefined) return;
    const { current: start } = track;
    track.pause = { start, end: start + step };
    const pauses = [...this.#tracks.values()].map(({ pause }) => pause).filter((pause) => pause !== undefined);
    if (pauses.length < 2 || pauses.length < this.#tracks.size) return;
    const [from, to] = [Math.max(...pauses.map((pause) => pause.start)), Math.min(...pauses.map((pause) => pause.end))];
    if (to - from > MAX_STEP_AHEAD) this.#change(from, to);
  }

  /** A clock that never wraps only jumps back: a step ahead may be a pause. */
  #isJump({ recent, mayRestart = false }: Track, seconds: number, step: number): boolean {
    if (this.#clock.wrapSeconds !== undefined) return this.#learnsSteps && (step > MAX_STEP_AHEAD || step < -MAX_STEP_BACK);
    if (mayRestart) return seconds < Math.min(...recent);
    return recent.length === MAX_REORDERED && seconds < Math.min(...recent) - (this.#learnsSteps ? MAX_STEP_BACK : MAX_STEP_AHEAD);
  }

  /** Returns the time from one timestamp to another, of which the later one may have wrapped. */
  #step(earlier: number, later: number): number {
    const { wrapSeconds: wrap } = this.#clock;
    if (wrap === undefined) return later - earlier;
    const step = (((later - earlier) % wrap) + wrap) % wrap;
    return step > wrap / 2 ? step - wrap : step;
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const { bytes, before, after, endsEarly } = open;
    const spans = [...before].flatMap(([id, start]) => {
      const end = after.get(id)?.first;
      return end === undefined ? [] : [{ start, end, lost: end - start - (this.#tracks.get(id)?.step ?? 0) }];
    });
    const losing = spans.filter(({ lost }) => lost >= MIN_LOSS_SECONDS);
    if (losing.length === 0 && bytes < MIN_LOST_BYTES && !endsEarly) return;
    const affected = losing.length > 0 ? losing : spans;
    const startSeconds = Math.max(0, Math.min(...(affected.length > 0 ? affected.map(({ start }) => start) : before.values())));
    const endSeconds = affected.length > 0 ? Math.max(...affected.map(({ end }) => end)) : undefined;
    const reachesEnd = after.size === 0 ? { reachesEnd: true } : {};
    this.#add({ startSeconds: Number.isFinite(startSeconds) ? startSeconds : 0, endSeconds, ...reachesEnd });
  }

  /** Adds a gap, which may overlap the one before: tracks are not exactly interleaved. */
  #add(gap: Gap): void {
    const earlier = this.#gaps.at(-1);
    if (earlier?.endSeconds === undefined || gap.endSeconds === undefined || gap.startSeconds > earlier.endSeconds) {
      this.#gaps.push(gap);
      return;
    }
    this.#gaps[this.#gaps.length - 1] = {
      startSeconds: Math.min(earlier.startSeconds, gap.startSeconds),
      endSeconds: Math.max(earlier.endSeconds, gap.endSeconds),
    };
  }
}

/** Ends each change at the next one, or at the end of the file: everything up to there may be lost. */
function withEnds(found: readonly Gap[], endSeconds: number): readonly Gap[] {
  const starts = found.filter(({ kind }) => kind === 'change').map(({ startSeconds }) => startSeconds);
  return found.map((gap) => {
    if (gap.kind !== 'change' || gap.endSeconds !== undefined) return gap;
    const next = Math.min(endSeconds, ...starts.filter((start) => start > gap.startSeconds));
    return { ...gap, endSeconds: next > gap.startSeconds ? next : undefined };
  });
}

/** Returns whether a gap contains the start of another one. */
function covers(outer: Gap, { startSeconds }: Gap): boolean {
  return startSeconds >= outer.startSeconds - MIN_LOSS_SECONDS && startSeconds <= (outer.endSeconds ?? Infinity) + MIN_LOSS_SECONDS;
}

/** Factor by which a track's usual step shrinks at each timestamp, so that one long pause is forgotten. */
const STEP_DECAY = 0.9;
