import { DatabaseError, Pool, type QueryArrayConfig } from 'pg';
import type { SqlEngine, SqlResult, SqlStatement, SqlTransaction } from './sql-engine.ts';
import { SqlError } from './sql-engine.ts';

/** The Data API ends a statement after 45 seconds. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html */
const STATEMENT_TIMEOUT_MS = 45_000;

/** A PostgreSQL server by its URL, with as many connections as statements that run at once. */
export class PgEngine implements SqlEngine {
  readonly #pool: Pool;

  /** @param maxConnections at once; the rest wait. */
  constructor(databaseUrl: string, maxConnections = 20) {
    this.#pool = new Pool({
      connectionString: databaseUrl,
      max: maxConnections,
      options: `-c TimeZone=UTC -c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    });
    // An idle connection that breaks is replaced by the pool; the event would end the process if nobody listened.
    this.#pool.on('error', () => undefined);
  }

  async query(statement: SqlStatement): Promise<SqlResult> {
    return run(this.#pool, statement);
  }

  async begin(): Promise<SqlTransaction> {
    const client = await this.#pool.connect();
    const end = async (text: string): Promise<void> => {
      try {
        await client.query(text);
        client.release();
      } catch (error) {
        client.release(true);
        throw asSqlError(error);
      }
    };
    try {
      await client.query('BEGIN');
    } catch (error) {
      client.release(true);
      throw asSqlError(error);
    }
    return {
      query: (statement) => run(client, statement),
      commit: () => end('COMMIT'),
      rollback: () => end('ROLLBACK'),
    };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

async function run(client: Pick<Pool, 'query'>, { text, values }: SqlStatement): Promise<SqlResult> {
  try {
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
  } catch (error) {
    throw asSqlError(error);
  }
}

function asSqlError(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  return new SqlError(error.message, error.code ?? 'XX000', error.detail);
}
