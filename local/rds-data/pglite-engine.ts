import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConnectionQueue } from './connection-queue.ts';
import type { WorkerResponse, WorkerMessage, WorkerRequest } from './pglite-protocol.ts';
import type { SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';
import { SqlError } from './sql-engine.ts';

export interface PgliteOptions {
  /** Directory of the cluster, made when it does not exist; in memory when left out. */
  readonly dataDir?: string;
  /**
   * A file that holds a cluster, from which a new one begins in a fraction of the time that it takes to make one. Where
   * there is none yet, it is written from the first new cluster.
   */
  readonly seed?: string;
  /** @default 1000 */
  readonly maxWaiting?: number;
}

type Request = WorkerRequest extends infer Each ? (Each extends WorkerRequest ? Omit<Each, 'id'> : never) : never;

interface Pending {
  readonly resolve: (answer: WorkerResponse) => void;
  readonly reject: (error: Error) => void;
}

/**
 * PostgreSQL compiled to WebAssembly, in a worker thread so that a long statement does not hold up the cloud. It starts
 * with the constructor: the first start takes seconds, which pass while everything else starts. It has one connection;
 * statements wait behind an open transaction.
 */
export class PgliteEngine implements SqlEngine {
  readonly #worker: Worker;
  readonly #queue: ConnectionQueue;
  readonly #ready: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended: Error | undefined;

  constructor({ dataDir, seed, maxWaiting = 1000 }: PgliteOptions) {
    const isNew = dataDir === undefined || clearHalfMade(dataDir);
    const hasSeed = seed !== undefined && existsSync(seed);
    this.#queue = new ConnectionQueue(maxWaiting);
    this.#worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
      workerData: { dataDir, seed: isNew && hasSeed ? seed : undefined },
    });
    const opened = this.#opened(dataDir);
    // A seed that cannot be kept is made again another time.
    this.#ready =
      isNew && seed !== undefined && !hasSeed ? opened.then(() => this.#save(seed).catch(() => undefined)) : opened;
    // Whoever waits for it gets the rejection; nobody waiting yet is no reason to end the process.
    this.#ready.catch(() => undefined);
  }

  #opened(dataDir: string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.type !== 'ready') return this.#settle(message);
        if (dataDir !== undefined) writeFileSync(markerOf(dataDir), '');
        resolve();
      });
      this.#worker.on('error', (error) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        this.#end(cause);
        reject(cause);
      });
      this.#worker.on('exit', () => {
        this.#end(new Error('The database has been closed'));
        reject(new Error('The database ended before it was ready'));
      });
    });
  }

  /** Resolves when statements can run. */
  ready(): Promise<void> {
    return this.#ready;
  }

  async query(statement: SqlStatement): Promise<SqlResult> {
    const release = await this.#queue.acquire();
    try {
      return await this.#run(statement);
    } finally {
      release();
    }
  }

  async begin(): Promise<SqlTransaction> {
    const release = await this.#queue.acquire();
    const end = async (text: string): Promise<void> => {
      try {
        await this.#run({ text, values: [] });
      } finally {
        release();
      }
    };
    try {
      await this.#run({ text: 'BEGIN', values: [] });
    } catch (error) {
      release();
      throw error;
    }
    return {
      query: (statement) => this.#run(statement),
      commit: () => end('COMMIT'),
      rollback: () => end('ROLLBACK'),
    };
  }

  /** Writes the cluster as it is now into a file that can be another's `seed`. */
  async save(file: string): Promise<void> {
    const release = await this.#queue.acquire();
    try {
      await this.#ready;
      await this.#save(file);
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    await this.#ready.catch(() => undefined);
    await this.#ask({ type: 'close' }).catch(() => undefined);
    await this.#worker.terminate();
  }

  /** Ends at once, as a killed process does; what was committed is in the directory. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  async #run(statement: SqlStatement): Promise<SqlResult> {
    await this.#ready;
    const answer = await this.#ask({ type: 'query', statement });
    if (answer.type === 'result') return answer.result;
    if (answer.type === 'error') throw new SqlError(answer.message, answer.sqlState, { detail: answer.detail });
    throw new Error('The database was closed while the statement ran');
  }

  async #save(file: string): Promise<void> {
    mkdirSync(dirname(file), { recursive: true });
    const answer = await this.#ask({ type: 'save', file });
    if (answer.type === 'error') throw new Error(`The database could not be written to ${file}: ${answer.message}`);
  }

  #ask(request: Request): Promise<WorkerResponse> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      this.#worker.postMessage({ id, ...request } satisfies WorkerRequest);
    });
  }

  #settle(answer: WorkerResponse): void {
    this.#pending.get(answer.id)?.resolve(answer);
    this.#pending.delete(answer.id);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#queue.close(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** Says that a cluster was made to its end: a process killed while it makes one leaves what cannot be opened. */
function markerOf(dataDir: string): string {
  return `${dataDir}.made`;
}

/** @returns whether the cluster has yet to be made */
function clearHalfMade(dataDir: string): boolean {
  mkdirSync(dirname(dataDir), { recursive: true });
  if (existsSync(markerOf(dataDir))) return false;
  rmSync(dataDir, { recursive: true, force: true });
  return true;
}
