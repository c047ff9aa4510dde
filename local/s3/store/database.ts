import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * What the store knows of its objects; their bytes lie in files of their own (`segment-files.ts`). Keys are compared as
 * UTF-8 bytes, which is the order of S3's listings. One transaction holds an object's record and the event that tells of
 * it. The write-ahead log survives the death of the process, and a power cut up to the last commits.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS buckets (
    name TEXT PRIMARY KEY,
    created_ms INTEGER NOT NULL,
    configuration TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS versions (
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    sequencer INTEGER NOT NULL,
    version_id TEXT NOT NULL,
    is_latest INTEGER NOT NULL,
    delete_marker INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified_ms INTEGER NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (bucket, key, sequencer)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS versions_by_id ON versions (bucket, key, version_id);
  CREATE UNIQUE INDEX IF NOT EXISTS latest_versions ON versions (bucket, key) WHERE is_latest = 1;

  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    initiated_ms INTEGER NOT NULL,
    details TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS uploads_by_key ON uploads (bucket, key, id);

  CREATE TABLE IF NOT EXISTS parts (
    upload_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    modified_ms INTEGER NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (upload_id, number)
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS completed_uploads (
    id TEXT PRIMARY KEY,
    bucket TEXT NOT NULL,
    key TEXT NOT NULL,
    version_id TEXT NOT NULL,
    etag TEXT NOT NULL,
    completed_ms INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS loose_segments (id TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`;

export type DatabaseRow = Record<string, string | number | bigint | null | Uint8Array>;

export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  #inTransaction = false;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#connection = new DatabaseSync(path.join(dir, 'index.sqlite'));
    this.#connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384');
    // Each checkpoint waits for the disk: every 32 MB of log rather than every 4.
    this.#connection.exec('PRAGMA wal_autocheckpoint = 8000');
    this.#connection.exec(SCHEMA);
  }

  all(sql: string, ...parameters: (string | number)[]): DatabaseRow[] {
    return this.#statement(sql).all(...parameters);
  }

  /** Rows one by one; leaving the loop early costs nothing for those not taken. */
  iterate(sql: string, ...parameters: (string | number)[]): Iterable<DatabaseRow> {
    return this.#statement(sql).iterate(...parameters);
  }

  get(sql: string, ...parameters: (string | number)[]): DatabaseRow | undefined {
    return this.#statement(sql).get(...parameters);
  }

  /** @returns how many rows have changed */
  run(sql: string, ...parameters: (string | number)[]): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  /** All or nothing; nested calls join the outer one. The work must not wait for anything. */
  transaction<Result>(work: () => Result): Result {
    if (this.#inTransaction) return work();
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#inTransaction = true;
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }

  #statement(sql: string): ReturnType<DatabaseSync['prepare']> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** The column as text; the schema makes it so. */
export function text(row: DatabaseRow, column: string): string {
  return String(row[column]);
}

export function integer(row: DatabaseRow, column: string): number {
  return Number(row[column]);
}
