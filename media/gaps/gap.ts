import { requireEntries } from '../source-budget.ts';

/** Part of a file's media that is damaged or missing, in seconds from the start of its first track. */
export interface Gap {
  readonly startSeconds: number;
  /** Undefined if nothing intact follows, or nothing tells the time after it. A change lasts up to the next, or to the end. */
  readonly endSeconds: number | undefined;
  /** Whether nothing intact follows. @default false */
  readonly reachesEnd?: boolean;
  /** Kind of damage. @default 'loss' */
  readonly kind?: GapKind;
}

/** Damage to a file, and its length. */
export interface FoundDamage {
  readonly gaps: readonly Gap[];
  /** Time from the first timestamp to the last, over joined recordings and gaps; undefined if not measured. */
  readonly seconds?: number;
}

/**
 * `loss`: bytes are damaged or missing. `change`: another recording begins, or a clock, codec or stream changes. `picture`:
 * packets of the picture are missing, which shows up to the next key frame, or the recording begins without one.
 */
export type GapKind = 'loss' | 'change' | 'picture';

/** The time of a frame or packet of one track, in file order. */
export interface TimeMark {
  readonly track: number;
  /** Timestamp in seconds of the container's clock. */
  readonly seconds: number;
}

/** A place where the structure of a container breaks. */
export interface BreakMark {
  /** Number of bytes that belong to no packet; 0 where packets are missing. */
  readonly brokenBytes: number;
  /** Whether the file ends here although its media does not. @default false */
  readonly endsEarly?: boolean;
}

/** A place where another recording begins, or streams are declared differently. */
export interface ChangeMark {
  readonly changes: true;
}

/**
 * A place where packets of the picture are missing, where a key frame of it begins, or where a frame begins that depends on
 * earlier ones. The latter only matters before the first key frame.
 */
export interface PictureMark {
  readonly picture: 'lost' | 'key' | 'dependent';
  readonly track: number;
}

export type Mark = TimeMark | BreakMark | ChangeMark | PictureMark;

/** Intact and broken structure in part of a file, in file order. */
export interface MarkedPart {
  readonly marks: readonly Mark[];
  /** Whether the part begins or ends inside broken bytes. */
  readonly beginsBroken: boolean;
  readonly endsBroken: boolean;
}

/** Bytes of a file, from `start` up to `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/** Reads the marks of a part that may begin anywhere in the file. */
export type ReadMarks = (part: Part) => Promise<MarkedPart>;

/** Collects the marks of one part. Throws `SourceBudgetError` for more than are kept in memory. */
export class MarkList implements MarkedPart {
  readonly marks: Mark[] = [];
  beginsBroken = false;
  endsBroken = false;

  time(track: number, seconds: number): void {
    this.#push({ track, seconds });
    this.endsBroken = false;
  }

  break(brokenBytes: number, { isBegin = false, isEnd = false } = {}): void {
    this.#push({ brokenBytes });
    this.beginsBroken ||= isBegin;
    this.endsBroken = isEnd;
  }

  /** Marks the end of a file whose media is not complete. */
  endEarly(): void {
    this.#push({ brokenBytes: 0, endsEarly: true });
  }

  change(): void {
    this.#push({ changes: true });
  }

  picture(track: number, picture: PictureMark['picture']): void {
    this.#push({ picture, track });
  }

  #push(mark: Mark): void {
    requireEntries(this.marks.length + 1, 'timestamps');
    this.marks.push(mark);
  }
}
