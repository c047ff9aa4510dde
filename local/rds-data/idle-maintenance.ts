import type { ConnectionQueue } from './connection-queue.ts';
import { ENDING, findMaintenanceStep, RUNNING } from './maintenance-step.ts';
import type { SqlResult, SqlStatement } from './sql-engine.ts';

/** Number of written statements after which steps may be due; each look costs a few milliseconds. */
const MIN_WRITES = 100;
/** Time without a statement after which the connection counts as idle: between two polls of a page or a terminal. */
const IDLE_MS = 200;
/** Time after which a step runs although the connection is never idle. */
const MAX_POSTPONED_MS = 5 * 60_000;
/** Time that maintenance may add to the end; a step that has begun is finished. */
const MAX_ENDING_MS = 300;

const READ = /^\s*(?:select|begin|commit|rollback|show)\b/i;

/** Runs maintenance while the only connection is idle: one step at a time, so that a statement waits for one at most. */
export class IdleMaintenance {
  readonly #queue: ConnectionQueue;
  readonly #run: (statement: SqlStatement) => Promise<SqlResult>;
  /** Number of written statements since nothing was due. */
  #writes = 0;
  #hasWritten = false;
  #timer: NodeJS.Timeout | undefined;
  #dueAtMs = 0;
  #ended = false;

  /** @param run runs a statement on the connection that the caller holds */
  constructor(queue: ConnectionQueue, run: (statement: SqlStatement) => Promise<SqlResult>) {
    this.#queue = queue;
    this.#run = run;
  }

  /** Takes note of a statement that was run. */
  note({ text }: SqlStatement): void {
    if (READ.test(text)) return;
    this.#hasWritten = true;
    this.#writes += 1;
    if (this.#writes < MIN_WRITES || this.#timer !== undefined) return;
    this.#dueAtMs = Date.now();
    this.#schedule();
  }

  /** Runs the steps that leave the database small and quick to open, unless a caller holds the connection. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    if (!this.#hasWritten || !this.#queue.isFreeFor(0)) return;
    const release = await this.#queue.acquire();
    try {
      const startedMs = Date.now();
      for (let isLate = false; !isLate; isLate = Date.now() - startedMs > MAX_ENDING_MS) {
        const step = await findMaintenanceStep(this.#run, ENDING);
        if (step === undefined) return;
        await this.#run({ text: step, values: [] });
      }
      await this.#run({ text: 'CHECKPOINT', values: [] });
    } finally {
      release();
    }
  }

  #schedule(): void {
    if (this.#ended) return;
    this.#timer = setTimeout(() => void this.#maintain().catch(() => this.#pause()), IDLE_MS).unref();
  }

  /** Waits for further writes. */
  #pause(): void {
    this.#writes = 0;
    this.#timer = undefined;
  }

  async #maintain(): Promise<void> {
    const isPostponed = !this.#queue.isFreeFor(IDLE_MS) && Date.now() - this.#dueAtMs < MAX_POSTPONED_MS;
    if (isPostponed) return this.#schedule();
    const release = await this.#queue.acquire();
    try {
      const step = await findMaintenanceStep(this.#run, RUNNING);
      if (step === undefined) return this.#pause();
      await this.#run({ text: step, values: [] });
    } finally {
      release();
    }
    this.#schedule();
  }
}
