import { randomBytes } from 'node:crypto';
import type { SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';

/** Thrown for a transaction that ended, timed out or never existed. */
export class UnknownTransactionError extends Error {
  override readonly name = 'UnknownTransactionError';
}

interface Open {
  readonly transaction: SqlTransaction;
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

  async begin(): Promise<string> {
    const transaction = await this.#engine.begin();
    const id = randomBytes(96).toString('base64');
    this.#open.set(id, { transaction, timer: this.#expire(id), last: Promise.resolve() });
    return id;
  }

  async query(id: string, statement: SqlStatement): Promise<SqlResult> {
    const open = this.#find(id);
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

  async commit(id: string): Promise<void> {
    await this.#end(id, (transaction) => transaction.commit());
  }

  async rollback(id: string): Promise<void> {
    await this.#end(id, (transaction) => transaction.rollback());
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.keys()].map((id) => this.rollback(id)));
  }

  #find(id: string): Open {
    const open = this.#open.get(id);
    if (open === undefined) throw new UnknownTransactionError(`Transaction ${id} is not found`);
    clearTimeout(open.timer);
    return open;
  }

  async #end(id: string, how: (transaction: SqlTransaction) => Promise<void>): Promise<void> {
    const open = this.#find(id);
    this.#open.delete(id);
    await open.last;
    await how(open.transaction);
  }

  #expire(id: string): NodeJS.Timeout {
    return setTimeout(() => void this.rollback(id).catch(() => undefined), this.#idleMs).unref();
  }
}
