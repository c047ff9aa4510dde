import { DatabaseError, Pool, type PoolClient, type QueryArrayConfig } from 'pg';
import { messageOf, systemErrorCode } from '../cloud/system-error.ts';
import type { SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';
import { SqlEngineBusyError, SqlEngineUnreachableError, SqlError } from './sql-engine.ts';

/** The Data API's limit for a statement. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html */
const STATEMENT_TIMEOUT_MS = 45_000;

interface PgOptions {
  /** Maximum concurrent connections. @default 20 */
  readonly maxConnections?: number;
  /** Time that a statement or a transaction waits for a connection. @default 45 seconds, the limit of a statement */
  readonly connectTimeoutMs?: number;
}

/** A PostgreSQL server, with one connection per concurrent statement. */
export class PgEngine implements SqlEngine {
  readonly #pool: Pool;

  constructor(databaseUrl: string, { maxConnections = 20, connectTimeoutMs = STATEMENT_TIMEOUT_MS }: PgOptions = {}) {
    this.#pool = new Pool({
      connectionString: databaseUrl,
      max: maxConnections,
      connectionTimeoutMillis: connectTimeoutMs,
      options: `-c TimeZone=UTC -c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    });
    // The pool replaces a broken idle connection. Without a listener the event would end the process.
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
      // The server itself rolls back the transaction of a lost connection.
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
      throw new SqlEngineBusyError(`All connections are in use; ${this.#pool.waitingCount} more callers wait for one.`);
    }
  }
}

interface Connection {
  run(statement: SqlStatement): Promise<SqlResult>;
  isLost(): boolean;
  /** Returns the connection to the pool, which replaces a lost one. */
  release(): void;
}

/** Wraps a connection. Without a listener, the loss of an idle one would end the process. */
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
    // Like the API, the extended protocol rejects several statements in one call.
    queryMode: 'extended',
    types: { getTypeParser: () => (raw: string) => raw },
  } as QueryArrayConfig);
  return {
    columns: result.fields.map((field) => ({ name: field.name, typeOid: field.dataTypeID })),
    rows: result.rows,
    affectedRows: result.rowCount ?? 0,
  };
}

/** Translates PostgreSQL's errors; any other error means that the server cannot be reached. */
function translate(error: unknown): Error {
  if (error instanceof DatabaseError) {
    return new SqlError(error.message, error.code ?? 'XX000', { severity: error.severity, detail: error.detail });
  }
  // For a name with several addresses the message is empty, and the code has the reason.
  const why = messageOf(error) || systemErrorCode(error);
  return new SqlEngineUnreachableError(`The database cannot be reached: ${why}`, { cause: error });
}
