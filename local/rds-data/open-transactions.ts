import { randomBytes } from 'node:crypto';
import type { DatabaseLogin, SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';

/** Thrown for a transaction that ended, timed out or never existed. */
export class UnknownTransactionError extends Error {
  override readonly name = 'UnknownTransactionError';
}

interface Open {
  readonly transaction: SqlTransaction;
  /** Role that began it; undefined for the owner. */
  readonly username: string | undefined;
  /** Idle timer, stopped while a statement runs. */
  timer: NodeJS.Timeout | undefined;
  /** Last statement, which the next one follows. */
  last: Promise<unknown>;
}

/**
 * Open transactions by the API's ids. A transaction without a statement for three minutes is rolled back.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_BeginTransaction.html
 */
export class OpenTransactions {
  readonly #engine: SqlEngine;
  readonly #idleMs: number;
  readonly #open = new Map<string, Open>();

  constructor(engine: SqlEngine, idleMs = 180_000) {
    this.#engine = engine;
    this.#idleMs = idleMs;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  async begin(login?: DatabaseLogin): Promise<string> {
    const transaction = await this.#engine.begin(login);
    const id = randomBytes(96).toString('base64');
    this.#open.set(id, { transaction, username: login?.username, timer: this.#expire(id), last: Promise.resolve() });
    return id;
  }

  /** @throws UnknownTransactionError also for the transaction of another role */
  async query(id: string, statement: SqlStatement, login?: DatabaseLogin): Promise<SqlResult> {
    const open = this.#find(id, login);
    const result = open.last.then(() => open.transaction.query(statement));
    const done = result
      .catch(() => undefined)
      .then(() => {
        if (open.last === done && this.#open.has(id)) open.timer = this.#expire(id);
        return undefined;
      });
    open.last = done;
    return result;
  }

  async commit(id: string, login?: DatabaseLogin): Promise<void> {
    await this.#end(id, this.#find(id, login), (transaction) => transaction.commit());
  }

  async rollback(id: string, login?: DatabaseLogin): Promise<void> {
    await this.#end(id, this.#find(id, login), (transaction) => transaction.rollback());
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.keys()].map((id) => this.#abandon(id)));
  }

  #find(id: string, login: DatabaseLogin | undefined): Open {
    const open = this.#open.get(id);
    if (open === undefined || open.username !== login?.username)
      throw new UnknownTransactionError(`Transaction ${id} is not found`);
    clearTimeout(open.timer);
    return open;
  }

  async #end(id: string, open: Open, how: (transaction: SqlTransaction) => Promise<void>): Promise<void> {
    clearTimeout(open.timer);
    this.#open.delete(id);
    await open.last;
    await how(open.transaction);
  }

  #expire(id: string): NodeJS.Timeout {
    return setTimeout(() => void this.#abandon(id).catch(() => undefined), this.#idleMs).unref();
  }

  /** Rolls back a transaction, whoever began it. */
  async #abandon(id: string): Promise<void> {
    const open = this.#open.get(id);
    if (open !== undefined) await this.#end(id, open, (transaction) => transaction.rollback());
  }
}
