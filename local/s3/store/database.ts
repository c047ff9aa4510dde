import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openSqliteFile } from '../../durable/sqlite-file.ts';

/**
 * Records of objects, whose bytes are in separate files (`segment-files.ts`). Keys are compared as UTF-8 bytes, the order
 * of S3's listings. The record of an object and the event about it are written in one transaction. The write-ahead log
 * survives a crash of the process, and a power failure except for the last commits.
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

const FORMAT = 1;

/** Advice without a backup: no object can be found without its record. */
export const REMEDY = 'or delete the whole state directory, which loses all videos';

export type DatabaseRow = Record<string, string | number | bigint | null | Uint8Array>;

export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  #inTransaction = false;

  constructor(dir: string) {
    this.#connection = openSqliteFile(path.join(dir, 'index.sqlite'), { schema: SCHEMA, format: FORMAT, remedy: REMEDY });
    this.#connection.exec('PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16384');
    // A checkpoint waits for the disk, so it runs every 32 MB of log instead of every 4 MB.
    this.#connection.exec('PRAGMA wal_autocheckpoint = 8000');
  }

  all(sql: string, ...parameters: (string | number)[]): DatabaseRow[] {
    return this.#statement(sql).all(...parameters);
  }

  /** Iterates over rows; leaving the loop early costs nothing for the remaining ones. */
  iterate(sql: string, ...parameters: (string | number)[]): Iterable<DatabaseRow> {
    return this.#statement(sql).iterate(...parameters);
  }

  get(sql: string, ...parameters: (string | number)[]): DatabaseRow | undefined {
    return this.#statement(sql).get(...parameters);
  }

  /** Runs a statement and returns the number of changed rows. */
  run(sql: string, ...parameters: (string | number)[]): number {
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  /** Runs synchronous work in a transaction; nested calls join the outer transaction. */
  transaction<Result>(work: () => Result): Result {
    if (this.#inTransaction) return work();
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#inTransaction = true;
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk may already have ended the transaction.
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

/** Returns a column that is text by the schema. */
export function readText(row: DatabaseRow, column: string): string {
  return String(row[column]);
}

export function readInteger(row: DatabaseRow, column: string): number {
  return Number(row[column]);
}
