import { PackagingError } from '../packaging-error.ts';

/** Maximum number of samples of all tracks together: four hours at 60 frames per second with three sound tracks have 2.9 million. */
export const MAX_SAMPLES = 4_000_000;

/** Number that stands for itself and all higher ones of sample entries. */
const MAX_ENTRY = 255;

/** Properties of a track's samples in decoding order, one typed array for each property. */
export interface SampleColumns {
  readonly count: number;
  /** Offsets in the file, bytes. */
  readonly offsets: Float64Array;
  /** Bytes. */
  readonly sizes: Uint32Array;
  /** Ticks. */
  readonly decodeTimes: Float64Array;
  /** Presentation time minus decoding time, ticks. */
  readonly compositionOffsets: Int32Array;
  /** 1 for a sample at which decoding can begin, else 0. */
  readonly keys: Uint8Array;
  /** Numbers of sample entries, from 1. */
  readonly entries: Uint8Array;
  /** Decoding time at the end of the last sample, ticks. */
  readonly endTime: number;
}

export interface Sample {
  readonly offset: number;
  readonly size: number;
  readonly duration: number;
  readonly compositionOffset: number;
  readonly isKey: boolean;
  readonly entry: number;
}

/** Samples that all tracks of a file may still have. */
export interface SampleBudget {
  samples: number;
}

/** Collects samples in columns that grow. */
export class ColumnBuilder {
  /** Decoding time of the next sample, ticks. */
  time = 0;
  #count = 0;
  #offsets = new Float64Array(0);
  #sizes = new Uint32Array(0);
  #decodeTimes = new Float64Array(0);
  #compositionOffsets = new Int32Array(0);
  #keys = new Uint8Array(0);
  #entries = new Uint8Array(0);
  readonly #budget: SampleBudget;

  constructor(budget: SampleBudget) {
    this.#budget = budget;
  }

  get count(): number {
    return this.#count;
  }

  /** @throws PackagingError `over_budget` if the file has too many samples */
  reserve(samples: number): void {
    this.#budget.samples -= samples;
    if (this.#budget.samples < 0) throw new PackagingError('over_budget', `The file has more than ${MAX_SAMPLES} samples.`);
    const needed = this.#count + samples;
    if (needed <= this.#sizes.length) return;
    const length = Math.max(needed, 2 * this.#sizes.length);
    this.#offsets = grown(this.#offsets, new Float64Array(length));
    this.#sizes = grown(this.#sizes, new Uint32Array(length));
    this.#decodeTimes = grown(this.#decodeTimes, new Float64Array(length));
    this.#compositionOffsets = grown(this.#compositionOffsets, new Int32Array(length));
    this.#keys = grown(this.#keys, new Uint8Array(length));
    this.#entries = grown(this.#entries, new Uint8Array(length));
  }

  /** Appends a sample for which there is room. */
  push({ offset, size, duration, compositionOffset, isKey, entry }: Sample): void {
    const at = this.#count;
    this.#offsets[at] = offset;
    this.#sizes[at] = size;
    this.#decodeTimes[at] = this.time;
    this.#compositionOffsets[at] = compositionOffset;
    this.#keys[at] = isKey ? 1 : 0;
    this.#entries[at] = Math.min(entry, MAX_ENTRY);
    this.time += duration;
    this.#count = at + 1;
  }

  columns(): SampleColumns {
    const count = this.#count;
    return {
      count,
      offsets: this.#offsets.subarray(0, count),
      sizes: this.#sizes.subarray(0, count),
      decodeTimes: this.#decodeTimes.subarray(0, count),
      compositionOffsets: this.#compositionOffsets.subarray(0, count),
      keys: this.#keys.subarray(0, count),
      entries: this.#entries.subarray(0, count),
      endTime: this.time,
    };
  }
}

function grown<Column extends { set(values: Column): void }>(old: Column, column: Column): Column {
  column.set(old);
  return column;
}
