import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConnectionQueue } from './connection-queue.ts';
import type { WorkerResponse, WorkerMessage, WorkerRequest } from './pglite-protocol.ts';
import type { SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';
import { SqlError } from './sql-engine.ts';

interface PgliteOptions {
  /** Directory of the cluster, created if missing. @default in memory */
  readonly dataDir?: string;
  /**
   * File of a copied cluster, from which a new cluster starts in a fraction of the time. A missing file is written from
   * the first new cluster.
   */
  readonly seed?: string;
  /** @default 1000 */
  readonly maxWaiting?: number;
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

/**
 * PostgreSQL compiled to WebAssembly, in a worker thread so that a long statement does not block the cloud. The
 * constructor starts it, since a first start takes seconds during which other services open. It has one connection:
 * statements wait for an open transaction to end.
 */
export class PgliteEngine implements SqlEngine {
  readonly #worker: Worker;
  readonly #queue: ConnectionQueue;
  readonly #ready: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended: Error | undefined;

  constructor({ dataDir, seed, maxWaiting = 1000 }: PgliteOptions) {
    const isNew = dataDir === undefined || removeIncomplete(dataDir);
    const hasSeed = seed !== undefined && existsSync(seed);
    this.#queue = new ConnectionQueue(maxWaiting);
    this.#worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
      workerData: { dataDir, seed: isNew && hasSeed ? seed : undefined },
    });
    const opened = this.#waitUntilOpen(dataDir);
    // A later cluster retries to write the seed.
    this.#ready =
      isNew && seed !== undefined && !hasSeed ? opened.then(() => this.#save(seed).catch(() => undefined)) : opened;
    // Statements receive the rejection; until there is one, it must not end the process.
    this.#ready.catch(() => undefined);
  }

  #waitUntilOpen(dataDir: string | undefined): Promise<void> {
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
        this.#end(new Error('The database is closed.'));
        reject(new Error('The database ended before it was ready.'));
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

  /** Copies the cluster into a file that can be the `seed` of others. */
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
    await this.#request({ type: 'close' }).catch(() => undefined);
    await this.#worker.terminate();
  }

  /** Ends the database like a killed process: committed changes are in the directory. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  async #run(statement: SqlStatement): Promise<SqlResult> {
    await this.#ready;
    const response = await this.#request({ type: 'query', statement });
    if (response.type === 'result') return response.result;
    if (response.type === 'error') throw new SqlError(response.message, response.sqlState, { detail: response.detail });
    throw new Error('The database was closed while the statement ran.');
  }

  async #save(file: string): Promise<void> {
    mkdirSync(dirname(file), { recursive: true });
    const response = await this.#request({ type: 'save', file });
    if (response.type === 'error') throw new Error(`The database could not be written to ${file}: ${response.message}`);
  }

  #request(request: UnnumberedRequest): Promise<WorkerResponse> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      this.#worker.postMessage({ id, ...request } satisfies WorkerRequest);
    });
  }

  #settle(response: WorkerResponse): void {
    this.#pending.get(response.id)?.resolve(response);
    this.#pending.delete(response.id);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#queue.close(error);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** Returns the path of the file that marks a complete cluster: a process killed while creating one leaves a broken directory. */
function markerOf(dataDir: string): string {
  return `${dataDir}.made`;
}

/** Removes an incomplete cluster. @returns whether the cluster must be created */
function removeIncomplete(dataDir: string): boolean {
  mkdirSync(dirname(dataDir), { recursive: true });
  if (existsSync(markerOf(dataDir))) return false;
  rmSync(dataDir, { recursive: true, force: true });
  return true;
}
