import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../cloud/system-error.ts';
import { explainOpeningError, identifyCluster, markerOf, prepareCluster } from './cluster-directory.ts';
import { ConnectionQueue } from './connection-queue.ts';
import { IdleMaintenance } from './idle-maintenance.ts';
import { PgliteLogins } from './pglite-logins.ts';
import { OWNER } from './pglite-session.ts';
import { PgliteThread } from './pglite-thread.ts';
import type { DatabaseLogin, SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';
import { SqlEngineUnreachableError, SqlError, STATEMENT_TIMEOUT_MS, StatementTimeoutError } from './sql-engine.ts';

interface PgliteOptions {
  /** Directory of the cluster, created if missing. @default in memory */
  readonly dataDir?: string;
  /** File of a copied cluster, from which a new cluster starts. @default an empty cluster */
  readonly seed?: string;
  /** Whether the rest of the state belongs to a cluster, which then must exist. @default false */
  readonly isInUse?: boolean;
  /** @default 1000 */
  readonly maxWaiting?: number;
  /** Time limit for opening the cluster. @default two minutes, since the log of a crash may have to be replayed */
  readonly maxOpeningMs?: number;
  /** Time after which a statement is canceled; a database in memory, which cannot be reopened, has no limit. @default 45 seconds */
  readonly statementTimeoutMs?: number;
}

/**
 * PostgreSQL compiled to WebAssembly, in a worker thread so that a long statement does not block the cloud. The
 * constructor starts it, so that other services open during the second that a first start takes. It has one connection:
 * statements wait for an open transaction to end. It starts again if PostgreSQL panics, as on a full disk, and after a
 * statement that exceeds its time: PGlite cannot cancel one.
 */
export class PgliteEngine implements SqlEngine {
  readonly #options: PgliteOptions;
  readonly #queue: ConnectionQueue;
  /** Absent for a database in memory, which ends soon. */
  readonly #maintenance: IdleMaintenance | undefined;
  readonly #ready: Promise<void>;
  readonly #logins = new PgliteLogins();
  /** Undefined for a new cluster, which does not have its files yet. */
  readonly #identity: string | undefined;
  #thread: PgliteThread;
  #closed: Error | undefined;

  /** @throws DamagedFileError if the cluster is incomplete, or missing where `isInUse` says that there is one */
  constructor(options: PgliteOptions) {
    const { dataDir, isInUse = false, maxWaiting = 1000 } = options;
    const isNew = dataDir === undefined || prepareCluster(dataDir, isInUse);
    this.#options = options;
    this.#identity = isNew ? undefined : identifyCluster(dataDir);
    this.#queue = new ConnectionQueue(maxWaiting);
    this.#maintenance =
      dataDir === undefined ? undefined : new IdleMaintenance(this.#queue, (statement) => this.#send(this.#thread, statement, OWNER));
    this.#thread = this.#startThread(isNew);
    this.#ready = this.#waitUntilReady();
    this.#ready.catch(() => undefined);
  }

  /** Resolves when statements can run. @throws DamagedFileError */
  ready(): Promise<void> {
    return this.#ready;
  }

  identify(): string | undefined {
    return this.#identity;
  }

  async query(statement: SqlStatement, login?: DatabaseLogin): Promise<SqlResult> {
    const release = await this.#queue.acquire();
    try {
      const thread = await this.#openThread();
      return await this.#run(thread, statement, await this.#logIn(thread, login));
    } finally {
      release();
    }
  }

  async begin(login?: DatabaseLogin): Promise<SqlTransaction> {
    const release = await this.#queue.acquire();
    try {
      const thread = await this.#openThread();
      const user = await this.#logIn(thread, login);
      const end = async (text: string): Promise<void> => {
        try {
          await this.#run(thread, { text, values: [] });
        } finally {
          release();
        }
      };
      await this.#run(thread, { text: 'BEGIN', values: [] });
      return {
        query: (statement) => this.#run(thread, statement, user),
        commit: () => end('COMMIT'),
        rollback: () => end('ROLLBACK'),
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  discard(): void {
    if (this.#options.dataDir !== undefined) rmSync(markerOf(this.#options.dataDir), { force: true });
  }

  /** Copies the cluster into a file that can be the `seed` of others. */
  async save(file: string): Promise<void> {
    const release = await this.#queue.acquire();
    try {
      const thread = await this.#openThread();
      mkdirSync(dirname(file), { recursive: true });
      const response = await thread.request({ type: 'save', file });
      if (response.type === 'error') throw new Error(`The database could not be written to ${file}: ${response.message}`);
    } finally {
      release();
    }
  }

  async close(): Promise<void> {
    if (this.#closed !== undefined) return;
    await this.#ready.catch(() => undefined);
    // What remains undone is done while the next cloud runs.
    await this.#maintenance?.end().catch(() => undefined);
    await this.#thread.request({ type: 'close' }).catch(() => undefined);
    await this.kill();
  }

  /** Ends the database like a killed process: committed changes are in the directory. */
  async kill(): Promise<void> {
    this.#end(new Error('The database is closed.'));
    await this.#thread.terminate();
  }

  #startThread(isNew: boolean): PgliteThread {
    const { dataDir, seed, maxOpeningMs = 120_000 } = this.#options;
    return new PgliteThread({ dataDir, isNew, seed, maxOpeningMs });
  }

  async #waitUntilReady(): Promise<void> {
    const { dataDir } = this.#options;
    try {
      await this.#thread.ready();
      if (dataDir !== undefined) writeFileSync(markerOf(dataDir), '');
    } catch (error) {
      const explained = dataDir === undefined ? error : explainOpeningError(error, dataDir);
      this.#end(explained instanceof Error ? explained : new Error(String(explained)));
      throw explained;
    }
  }

  /** Returns the thread that runs the database, starting it again if PostgreSQL has panicked. */
  async #openThread(): Promise<PgliteThread> {
    await this.#ready;
    if (this.#closed !== undefined) throw this.#closed;
    const { dataDir } = this.#options;
    if (!this.#thread.hasEnded || dataDir === undefined) return this.#thread;
    this.#thread = this.#startThread(false);
    try {
      await this.#thread.ready();
    } catch (error) {
      const cause = explainOpeningError(error, dataDir);
      throw new SqlEngineUnreachableError(`The database cannot be restarted: ${messageOf(error)}`, { cause });
    }
    return this.#thread;
  }

  /** Returns the user whose rights a login has. @throws LoginFailedError */
  async #logIn(thread: PgliteThread, login: DatabaseLogin | undefined): Promise<string> {
    if (login === undefined) return OWNER;
    await this.#logins.check(login, (statement) => this.#send(thread, statement, OWNER));
    return login.username;
  }

  /** @param user by default that of the last statement, since no other can end its transaction */
  async #run(thread: PgliteThread, statement: SqlStatement, user?: string): Promise<SqlResult> {
    const { dataDir, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = this.#options;
    const isLimited = dataDir !== undefined && statement.isUnlimited !== true;
    const timer = isLimited && setTimeout(() => void thread.terminate(new StatementTimeoutError()), statementTimeoutMs);
    try {
      const result = await this.#send(thread, statement, user);
      this.#maintenance?.note(statement);
      return result;
    } finally {
      this.#logins.note(statement);
      if (timer !== false) clearTimeout(timer);
    }
  }

  async #send(thread: PgliteThread, statement: SqlStatement, user?: string): Promise<SqlResult> {
    const response = await thread.request({ type: 'query', statement, ...(user !== undefined && { user }) });
    if (response.type === 'result') return response.result;
    if (response.type === 'error') throw new SqlError(response.message, response.sqlState, { detail: response.detail });
    throw new Error('The database was closed while the statement ran.');
  }

  #end(error: Error): void {
    this.#closed ??= error;
    this.#queue.close(error);
  }
}
