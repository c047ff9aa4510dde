/** Row of the result table: a figure of the laptop cloud and, from the same run, of its peer. */
export interface BenchRow {
  readonly measure: string;
  readonly sluice: string;
  /** Name and figure of the peer. */
  readonly peer: string;
  /** Cloud's figure divided by the peer's. @default not shown */
  readonly ratio?: number;
  /** Target value, and whether it was met. @default none */
  readonly aim?: { readonly text: string; readonly met: boolean };
}

/** Options passed to every bench. */
export interface BenchOptions {
  /** Number of rounds in which long benches alternate between cloud and peer. */
  readonly rounds: number;
  /** Size of the large upload. */
  readonly uploadBytes: number;
  /** Prints progress. */
  readonly log: (line: string) => void;
}

/** Bench that yields each row as soon as it is known, so that a later failure does not lose it. */
export type Bench = (options: BenchOptions) => AsyncGenerator<BenchRow, void>;

/** A bench cannot run on this machine; the message says why and what to do. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError';
}
