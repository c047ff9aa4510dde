/** PostgreSQL behind the Data API: PGlite in a worker, or a server. */
export interface SqlEngine {
  /** Runs one statement and commits it. @throws SqlError */
  query(statement: SqlStatement): Promise<SqlResult>;
  /** Begins a transaction once a connection is free. */
  begin(): Promise<SqlTransaction>;
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

/** Thrown if too many statements wait for a connection. */
export class SqlEngineBusyError extends Error {
  override readonly name = 'SqlEngineBusyError';
}

/** Thrown if the server does not respond or the connection broke; a running statement may have been executed. */
export class SqlEngineUnreachableError extends Error {
  override readonly name = 'SqlEngineUnreachableError';
}
