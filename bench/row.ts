/** One line of the table: what was measured of the laptop cloud and, in the same run, of its peer. */
export interface BenchRow {
  readonly measure: string;
  readonly sluice: string;
  /** Who the peer is, and its figure. */
  readonly peer: string;
  /** The cloud's figure divided by the peer's. @default not shown */
  readonly ratio?: number;
  /** @default there is no aim */
  readonly aim?: { readonly text: string; readonly met: boolean };
}

/** What a bench may need to know. */
export interface BenchOptions {
  /** How often cloud and peer take turns where one turn is long. */
  readonly rounds: number;
  /** Of the large upload. */
  readonly uploadBytes: number;
  /** Tells whoever waits what is being done. */
  readonly log: (line: string) => void;
}

/** Yields its rows as they are known, so that what comes after a failure does not take them with it. */
export type Bench = (options: BenchOptions) => AsyncGenerator<BenchRow, void>;

/** The bench cannot be run on this machine; the message says why and what to do. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError';
}
