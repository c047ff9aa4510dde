import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { WorkerMessage, WorkerRequest, WorkerResponse } from './pglite-protocol.ts';

interface ThreadOptions {
  /** @default in memory */
  readonly dataDir: string | undefined;
  readonly isNew: boolean;
  readonly seed: string | undefined;
  /** Time limit for opening the cluster: PGlite never returns from some damaged ones. */
  readonly maxOpeningMs: number;
}

/** Thrown if a cluster cannot be opened, with the reason that PostgreSQL gives, such as `PANIC: could not …`. */
export class ClusterOpeningError extends Error {
  override readonly name = 'ClusterOpeningError';
}

type UnnumberedRequest = WorkerRequest extends infer Each
  ? Each extends WorkerRequest
    ? Omit<Each, 'id'>
    : never
  : never;

interface Pending {
  readonly resolve: (response: WorkerResponse) => void;
  readonly reject: (error: Error) => void;
}

// V8 may abort the process when it frees WebAssembly code that optimized code has replaced, a few megabytes of PostgreSQL's:
// https://github.com/nodejs/node/issues/64500
setFlagsFromString('--no-wasm-code-gc');

/** A worker thread that holds the database, from its start until it is closed or PostgreSQL panics. */
export class PgliteThread {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended: Error | undefined;

  constructor({ maxOpeningMs, ...workerData }: ThreadOptions) {
    this.#worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData });
    this.#ready = this.#waitUntilOpen(maxOpeningMs);
    // Statements receive the rejection; until there is one, it must not end the process.
    this.#ready.catch(() => undefined);
  }

  /** Resolves when statements can run. @throws ClusterOpeningError */
  ready(): Promise<void> {
    return this.#ready;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  request(request: UnnumberedRequest): Promise<WorkerResponse> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      this.#worker.postMessage({ id, ...request } satisfies WorkerRequest);
    });
  }

  /** Ends the thread, and with it the running statement. @param error with which pending and later requests are rejected */
  async terminate(error: Error = new Error('The database is closed.')): Promise<void> {
    this.#end(error);
    await this.#worker.terminate();
  }

  #waitUntilOpen(maxOpeningMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        clearTimeout(timer);
        reject(error);
        this.#end(error);
        void this.#worker.terminate();
      };
      const timer = setTimeout(
        () => fail(new ClusterOpeningError(`it did not open within ${maxOpeningMs / 1000} seconds`)),
        maxOpeningMs,
      );
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.type === 'failed') return fail(new ClusterOpeningError(message.message));
        if (message.type !== 'ready') return this.#settle(message);
        clearTimeout(timer);
        resolve();
      });
      this.#worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))));
      this.#worker.on('exit', () => fail(new Error('The database is closed.')));
    });
  }

  #settle(response: WorkerResponse): void {
    this.#pending.get(response.id)?.resolve(response);
    this.#pending.delete(response.id);
    if (response.type !== 'error' || !response.isPanic) return;
    // PGlite never returns from the next statement.
    this.#end(new Error('The database ended and is restarting.'));
    void this.#worker.terminate();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }
}
