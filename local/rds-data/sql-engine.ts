/**
 * Time after which a call of the Data API ends, and with it its statement unless that is to continue.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
 */
export const STATEMENT_TIMEOUT_MS = 45_000;

/** Credentials of a role in the database. */
export interface DatabaseLogin {
  readonly username: string;
  readonly password: string;
}

/** PostgreSQL behind the Data API: PGlite in a worker, or a server. */
export interface SqlEngine {
  /**
   * Runs one statement and commits it.
   *
   * @param login role whose rights it has; undefined for the owner of the database
   * @throws SqlError, with severity `FATAL` if the role does not exist, may not log in or has another password
   */
  query(statement: SqlStatement, login?: DatabaseLogin): Promise<SqlResult>;
  /** Begins a transaction once a connection is free, all of whose statements have the rights of the role. @throws SqlError */
  begin(login?: DatabaseLogin): Promise<SqlTransaction>;
  /** Returns the id of a database that need not be open for it. @default none, so that it is queried */
  identify?(): string | undefined;
  /** Makes the next start create a new database. @default nothing, since a server's database belongs to its owner */
  discard?(): void;
  close(): Promise<void>;
}

export interface SqlTransaction {
  /** @throws SqlError after which the transaction can only be rolled back */
  query(statement: SqlStatement): Promise<SqlResult>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface SqlStatement {
  /** One statement with `$1`, `$2` … */
  readonly text: string;
  /** Values in PostgreSQL's text format; bytea as `\x` and hexadecimal digits. */
  readonly values: readonly (string | null)[];
  /** Whether it continues after the time limit of a statement. @default false */
  readonly isUnlimited?: boolean;
}

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly typeOid: number }[];
  /** Rows of values in PostgreSQL's text format. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly affectedRows: number;
}

/** Thrown if PostgreSQL rejected a statement. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** SQLSTATE, five characters such as `23505`. */
  readonly sqlState: string;
  /** `FATAL` if the connection ended. */
  readonly severity: string;
  readonly detail: string | undefined;

  constructor(
    message: string,
    sqlState: string,
    { severity = 'ERROR', detail }: { severity?: string | undefined; detail?: string | undefined } = {},
  ) {
    super(message);
    this.sqlState = sqlState;
    this.severity = severity;
    this.detail = detail;
  }
}

/** Thrown if a role cannot log in, with the words of PostgreSQL, which do not say why. */
export class LoginFailedError extends SqlError {
  constructor(username: string) {
    super(`password authentication failed for user "${username}"`, '28P01', { severity: 'FATAL' });
  }
}

/** SQLSTATE `query_canceled`, that of a statement timeout. */
export const QUERY_CANCELED = '57014';

/** Thrown if a statement ran longer than the time limit. */
export class StatementTimeoutError extends SqlError {
  constructor() {
    super('canceling statement due to statement timeout', QUERY_CANCELED);
  }
}

/** Thrown if too many statements wait for a connection. */
export class SqlEngineBusyError extends Error {
  override readonly name = 'SqlEngineBusyError';
}

/** Thrown if the server does not respond or the connection broke; a running statement may have been executed. */
export class SqlEngineUnreachableError extends Error {
  override readonly name = 'SqlEngineUnreachableError';
}
