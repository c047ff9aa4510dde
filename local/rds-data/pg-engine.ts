import { DatabaseError, Pool, type PoolClient, type PoolConfig, type QueryArrayConfig } from 'pg';
import { messageOf, systemErrorCode } from '../cloud/system-error.ts';
import type { DatabaseLogin, SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';
import { SqlEngineBusyError, SqlEngineUnreachableError, SqlError, STATEMENT_TIMEOUT_MS } from './sql-engine.ts';

interface PgOptions {
  /** Maximum concurrent connections. @default 20 */
  readonly maxConnections?: number;
  /** Time that a statement or a transaction waits for a connection. @default 45 seconds, the limit of a statement */
  readonly connectTimeoutMs?: number;
  /** Time after which a statement is canceled. @default 45 seconds */
  readonly statementTimeoutMs?: number;
}

/**
 * A PostgreSQL server, with one connection per concurrent statement. Each role has connections of its own, for which the
 * server checks its password, if the server's configuration demands one, and which nothing can turn into those of another role.
 */
export class PgEngine implements SqlEngine {
  readonly #databaseUrl: string;
  readonly #poolConfig: PoolConfig;
  /** Pools by user name and password; that of the owner has an empty key. */
  readonly #pools = new Map<string, Pool>();

  constructor(databaseUrl: string, options: PgOptions = {}) {
    const { maxConnections = 20, connectTimeoutMs = STATEMENT_TIMEOUT_MS, statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options;
    this.#databaseUrl = databaseUrl;
    this.#poolConfig = {
      max: maxConnections,
      connectionTimeoutMillis: connectTimeoutMs,
      options: `-c TimeZone=UTC -c statement_timeout=${statementTimeoutMs}`,
    };
  }

  async query(statement: SqlStatement, login?: DatabaseLogin): Promise<SqlResult> {
    const client = await this.#connect(login);
    const connection = watch(client);
    try {
      return await connection.run(statement);
    } finally {
      connection.release();
    }
  }

  async begin(login?: DatabaseLogin): Promise<SqlTransaction> {
    const connection = watch(await this.#connect(login));
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
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()));
  }

  async #connect(login: DatabaseLogin | undefined): Promise<PoolClient> {
    const pool = this.#poolOf(login);
    try {
      return await pool.connect();
    } catch (error) {
      if (pool.totalCount < pool.options.max) throw translate(error);
      throw new SqlEngineBusyError(`All connections are in use; ${pool.waitingCount} more callers wait for one.`);
    }
  }

  #poolOf(login: DatabaseLogin | undefined): Pool {
    const key = login === undefined ? '' : JSON.stringify([login.username, login.password]);
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = new Pool({ ...this.#poolConfig, connectionString: withLogin(this.#databaseUrl, login) });
    // The pool replaces a broken idle connection. Without a listener the event would end the process.
    pool.on('error', () => undefined);
    this.#pools.set(key, pool);
    return pool;
  }
}

/** Returns the URL with other credentials, as parameters: a URL without a host, for a socket, cannot hold them otherwise. */
function withLogin(databaseUrl: string, login: DatabaseLogin | undefined): string {
  if (login === undefined) return databaseUrl;
  const url = new URL(databaseUrl);
  url.searchParams.set('user', login.username);
  url.searchParams.set('password', login.password);
  return url.href;
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

async function run(client: PoolClient, statement: SqlStatement): Promise<SqlResult> {
  if (statement.isUnlimited !== true) return send(client, statement);
  await client.query('set statement_timeout = 0');
  try {
    return await send(client, statement);
  } finally {
    // Within a failed transaction it changes nothing, but its end resets the setting too.
    await client.query('reset statement_timeout').catch(() => undefined);
  }
}

async function send(client: PoolClient, { text, values }: SqlStatement): Promise<SqlResult> {
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
