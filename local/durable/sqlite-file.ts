import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../cloud/system-error.ts';
import { DamagedFileError, NewerFormatError } from './damaged-file-error.ts';
import { SQLITE_CORRUPT, SQLITE_NOTADB, sqliteCodeOf } from './sqlite-code.ts';

interface SqliteOptions {
  /** Statements that create the tables, each with `IF NOT EXISTS`. */
  readonly schema: string;
  /** Format of the file, raised when older versions of Sluice can no longer read it; stored as `user_version`. */
  readonly format: number;
  /** Advice about a damaged file without a backup, such as "or delete it, which loses its jobs". */
  readonly remedy: string;
}

/**
 * Opens an SQLite database with a write-ahead log, or creates it at once: the file is never empty. Only its owner can read
 * a new one.
 *
 * @throws DamagedFileError, NewerFormatError; Error with a code and the path if the file cannot be read or written
 */
export function openSqliteFile(path: string, { schema, format, remedy }: SqliteOptions): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  accessSync(dirname(path), constants.R_OK | constants.W_OK | constants.X_OK);
  if (!existsSync(path)) create(path, schema, format);
  // SQLite's own error names no file.
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  }
  if (statSync(path).size === 0) throw new DamagedFileError(path, 'it is empty', remedy);
  const connection = new DatabaseSync(path);
  try {
    const stored = Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
    if (stored > format) throw new NewerFormatError(path, stored, format);
    const problem = String(connection.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
    if (problem !== 'ok') throw new DamagedFileError(path, `SQLite reports "${problem}"`, remedy);
    connection.exec('PRAGMA journal_mode = WAL');
    connection.exec(schema);
    // Only if it differs, since it is a write.
    if (stored < format) connection.exec(`PRAGMA user_version = ${format}`);
    return connection;
  } catch (error) {
    connection.close();
    const code = sqliteCodeOf(error);
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOTADB) throw error;
    throw new DamagedFileError(path, `SQLite reports "${messageOf(error)}"`, remedy, { cause: error });
  }
}

function create(path: string, schema: string, format: number): void {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  const connection = new DatabaseSync(unfinished);
  try {
    connection.exec(`${schema}; PRAGMA user_version = ${format}`);
  } finally {
    connection.close();
  }
  renameSync(unfinished, path);
}
