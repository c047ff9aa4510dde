/** The PostgreSQL behind the Data API: PGlite in a worker, or any server by its URL. */
export interface SqlEngine {
  /** Runs one statement and commits it. @throws SqlError */
  query(statement: SqlStatement): Promise<SqlResult>;
  /** Resolves once the transaction holds a connection. */
  begin(): Promise<SqlTransaction>;
  close(): Promise<void>;
}

export interface SqlTransaction {
  /** @throws SqlError after which, as in PostgreSQL, the transaction can only be rolled back */
  query(statement: SqlStatement): Promise<SqlResult>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface SqlStatement {
  /** One statement with `$1`, `$2` … */
  readonly text: string;
  /** In PostgreSQL's text format; bytea as `\x` and hexadecimal digits. */
  readonly values: readonly (string | null)[];
}

export interface SqlResult {
  readonly columns: readonly { readonly name: string; readonly typeOid: number }[];
  /** In PostgreSQL's text format. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly affectedRows: number;
}

/** What PostgreSQL says of a statement that it refused. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** Five characters, such as `23505`. */
  readonly sqlState: string;
  /** `FATAL` if the connection has ended with it. */
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

/** More statements wait for the database than it is willing to keep. */
export class SqlEngineBusyError extends Error {
  override readonly name = 'SqlEngineBusyError';
}

/** The server does not answer, or the connection broke; a statement that was running may have been carried out. */
export class SqlEngineUnreachableError extends Error {
  override readonly name = 'SqlEngineUnreachableError';
}
