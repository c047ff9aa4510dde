import { SqlEngineUnreachableError, SqlError } from '../rds-data/sql-engine.ts';

/**
 * Returns the PostgreSQL server that `DATABASE_URL` names; undefined for the built-in database.
 *
 * @throws Error that names the variable if its value is not such a URL; the value may hold a password and is not shown
 */
export function readDatabaseUrl(environment: Readonly<Record<string, string | undefined>>): URL | undefined {
  const value = environment['DATABASE_URL'];
  if (value === undefined || value === '') return undefined;
  const url = URL.parse(value);
  if (url !== null && /^postgres(?:ql)?:$/.test(url.protocol)) return url;
  throw new Error('DATABASE_URL is not the URL of a PostgreSQL server, as in postgres://user:password@localhost/sluice.');
}

/** Returns an error that names `DATABASE_URL` for a failure of its server; any other error as it is. */
export function explainDatabaseError(error: unknown, databaseUrl: URL | undefined): unknown {
  const concernsServer = error instanceof SqlEngineUnreachableError || error instanceof SqlError;
  if (databaseUrl === undefined || !concernsServer) return error;
  return new Error(`The server ${databaseUrl.host} of DATABASE_URL cannot be used: ${error.message}`, { cause: error });
}
