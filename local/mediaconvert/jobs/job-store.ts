import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { DamagedFileError } from '../../durable/damaged-file-error.ts';
import { openSqliteFile } from '../../durable/sqlite-file.ts';
import { importJobFiles } from './import-job-files.ts';
import { type JobRecord, jobRecordSchema } from './job-record.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    queue_arn TEXT NOT NULL,
    status TEXT NOT NULL,
    token TEXT,
    created_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    is_settled INTEGER NOT NULL,
    record TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS jobs_by_sequence ON jobs (sequence);
  CREATE INDEX IF NOT EXISTS jobs_by_token ON jobs (token, created_ms) WHERE token IS NOT NULL;
  CREATE INDEX IF NOT EXISTS unsettled_jobs ON jobs (sequence) WHERE is_settled = 0;
  CREATE INDEX IF NOT EXISTS settled_jobs_by_end ON jobs (finished_ms) WHERE is_settled = 1;
`;

const FORMAT = 1;
const REMEDY = 'or delete it, which loses all encoding jobs; videos that wait for one fail at their deadline';

/** https://www.sqlite.org/pragma.html#pragma_synchronous */
const WAIT_FOR_DISK = 'PRAGMA synchronous = FULL;';
const DO_NOT_WAIT_FOR_DISK = 'PRAGMA synchronous = NORMAL;';

interface JobFilter {
  readonly queueArn?: string | undefined;
  readonly status?: string | undefined;
  readonly ascending?: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

/**
 * Jobs in an SQLite database, so that neither a start nor the memory grows with the number of jobs that have ended. A job
 * is settled once it has ended and all of its events are published.
 */
export class JobStore {
  readonly #path: string;
  readonly #connection: DatabaseSync;

  /** Opens the database in a directory, and imports the job files that earlier versions kept there. */
  constructor(directory: string) {
    this.#path = join(directory, 'jobs.sqlite');
    this.#connection = openSqliteFile(this.#path, { schema: SCHEMA, format: FORMAT, remedy: REMEDY });
    try {
      this.#connection.exec(WAIT_FOR_DISK);
      importJobFiles(join(directory, 'jobs'), (records) => this.#saveAll(records));
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  /** Saves a job and waits for the disk: a lost job would fail its video. */
  save(job: JobRecord): void {
    this.#write(job);
  }

  /**
   * Saves a change that would simply be repeated if a power failure lost it, such as a published event. Does not wait for the
   * disk, which would block the whole process. A killed process loses nothing.
   */
  saveRepeatable(job: JobRecord): void {
    this.#connection.exec(DO_NOT_WAIT_FOR_DISK);
    try {
      this.#write(job);
    } finally {
      this.#connection.exec(WAIT_FOR_DISK);
    }
  }

  #write(job: JobRecord): void {
    const isSettled = job.finishedAt !== undefined && job.outbox.length === 0;
    this.#connection
      .prepare('INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        job.id,
        job.sequence,
        job.queueArn,
        job.status,
        job.clientRequestToken ?? null,
        job.createdAt,
        job.finishedAt ?? null,
        isSettled ? 1 : 0,
        JSON.stringify(job),
      );
  }

  /** Returns the jobs that have not ended or have unpublished events, in the order of submission. */
  listUnsettled(): JobRecord[] {
    return this.#read('SELECT record FROM jobs WHERE is_settled = 0 ORDER BY sequence');
  }

  find(id: string): JobRecord | undefined {
    return this.#read('SELECT record FROM jobs WHERE id = ?', id)[0];
  }

  /** Returns the job created with this token after `sinceMs`, in milliseconds since the epoch. */
  findByToken(token: string, sinceMs: number): JobRecord | undefined {
    return this.#read('SELECT record FROM jobs WHERE token = ? AND created_ms > ? LIMIT 1', token, sinceMs)[0];
  }

  list({ queueArn, status, ascending = false, offset, limit }: JobFilter): JobRecord[] {
    return this.#read(
      `SELECT record FROM jobs WHERE (? IS NULL OR queue_arn = ?) AND (? IS NULL OR status = ?)
       ORDER BY sequence ${ascending ? 'ASC' : 'DESC'} LIMIT ? OFFSET ?`,
      queueArn ?? null,
      queueArn ?? null,
      status ?? null,
      status ?? null,
      limit,
      offset,
    );
  }

  lastSequence(): number {
    return Number(this.#connection.prepare('SELECT max(sequence) AS last FROM jobs').get()?.['last'] ?? 0);
  }

  /** Deletes settled jobs that ended before a time, in milliseconds since the epoch. */
  deleteEndedBefore(timeMs: number): void {
    this.#connection.prepare('DELETE FROM jobs WHERE is_settled = 1 AND finished_ms < ?').run(timeMs);
  }

  close(): void {
    this.#connection.close();
  }

  #saveAll(records: readonly JobRecord[]): void {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      for (const record of records) this.save(record);
      this.#connection.exec('COMMIT');
    } catch (error) {
      this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  #read(sql: string, ...parameters: (string | number | null)[]): JobRecord[] {
    const rows = this.#connection.prepare(sql).all(...parameters);
    return rows.map((row) => {
      try {
        return jobRecordSchema.parse(JSON.parse(String(row['record'])));
      } catch (cause) {
        throw new DamagedFileError(this.#path, 'a record is not a job', REMEDY, { cause });
      }
    });
  }
}
