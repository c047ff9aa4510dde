import { DatabaseError, Pool, type PoolClient, type QueryArrayConfig } from 'pg';
import { messageOf, systemErrorCode } from '../cloud/system-error.ts';
import type { SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';
import { SqlEngineBusyError, SqlEngineUnreachableError, SqlError } from './sql-engine.ts';

/** The Data API ends a statement after 45 seconds. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html */
const STATEMENT_TIMEOUT_MS = 45_000;

export interface PgOptions {
  /** At once; the rest wait. @default 20 */
  readonly maxConnections?: number;
  /** How long a statement or a transaction waits for a connection. @default 45 seconds, as long as it may run */
  readonly patienceMs?: number;
}

/** A PostgreSQL server by its URL, with as many connections as statements that run at once. */
export class PgEngine implements SqlEngine {
  readonly #pool: Pool;

  constructor(databaseUrl: string, { maxConnections = 20, patienceMs = STATEMENT_TIMEOUT_MS }: PgOptions = {}) {
    this.#pool = new Pool({
      connectionString: databaseUrl,
      max: maxConnections,
      connectionTimeoutMillis: patienceMs,
      options: `-c TimeZone=UTC -c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    });
    // An idle connection that breaks is replaced by the pool; the event would end the process if nobody listened.
    this.#pool.on('error', () => undefined);
  }

  async query(statement: SqlStatement): Promise<SqlResult> {
    const client = await this.#connect();
    const connection = watch(client);
    try {
      return await connection.run(statement);
    } finally {
      connection.release();
    }
  }

  async begin(): Promise<SqlTransaction> {
    const connection = watch(await this.#connect());
    const end = async (text: string): Promise<void> => {
      try {
        await connection.run({ text, values: [] });
      } finally {
        connection.release();
      }
    };
    try {
      await connection.run({ text: 'BEGIN', values: [] });
    } catch (error) {
      connection.release();
      throw error;
    }
    return {
      query: (statement) => connection.run(statement),
      commit: () => end('COMMIT'),
      // The server has rolled back what a lost connection had open.
      rollback: () => end('ROLLBACK').catch((error) => (connection.isLost() ? undefined : Promise.reject(error))),
    };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (this.#pool.totalCount < this.#pool.options.max) throw translate(error);
      throw new SqlEngineBusyError(`No connection came free: ${this.#pool.waitingCount} more wait for one`);
    }
  }
}

interface Connection {
  run(statement: SqlStatement): Promise<SqlResult>;
  isLost(): boolean;
  /** Gives it back to the pool, or has it replaced if it was lost. */
  release(): void;
}

/** A connection may end while nothing runs on it, which would end the process if nobody listened. */
function watch(client: PoolClient): Connection {
  let lost: unknown;
  const lose = (error: unknown): void => void (lost ??= error);
  client.on('error', lose);
  return {
    run: async (statement) => {
      try {
        if (lost !== undefined) throw lost;
        return await run(client, statement);
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.severity !== 'ERROR') lose(error);
        throw translate(error);
      }
    },
    isLost: () => lost !== undefined,
    release: () => {
      client.off('error', lose);
      client.release(lost !== undefined);
    },
  };
}

async function run(client: PoolClient, { text, values }: SqlStatement): Promise<SqlResult> {
  const result = await client.query<(string | null)[]>({
    text,
    values: [...values],
    rowMode: 'array',
    // The extended protocol even without parameters: it refuses several statements in one call, as the API does.
    queryMode: 'extended',
    types: { getTypeParser: () => (raw: string) => raw },
  } as QueryArrayConfig);
  return {
    columns: result.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID })),
    rows: result.rows,
    affectedRows: result.rowCount ?? 0,
  };
}

/** Whatever is no answer of PostgreSQL's comes from the way to it. */
function translate(error: unknown): Error {
  if (error instanceof DatabaseError) {
    return new SqlError(error.message, error.code ?? 'XX000', { severity: error.severity, detail: error.detail });
  }
  // Where a name has several addresses the message is empty and the code says it all.
  const why = messageOf(error) || systemErrorCode(error);
  return new SqlEngineUnreachableError(`The database cannot be reached: ${why}`, { cause: error });
}
