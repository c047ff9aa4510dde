import { systemErrorCode } from '../cloud/system-error.ts';
import { SQLITE_FULL, sqliteCodeOf } from './sqlite-code.ts';

/** Delay before work that needs space is tried again. */
export const FULL_DISK_RETRY_MS = 10_000;

/** PostgreSQL's "disk_full". https://www.postgresql.org/docs/18/errcodes-appendix.html */
const DISK_FULL = '53100';

/** Returns whether an error, or one that it wraps, reports a full disk or an exhausted quota. */
export function isFullDisk(error: unknown): boolean {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || sqliteCodeOf(error) === SQLITE_FULL) return true;
  if (typeof error === 'object' && error !== null && 'sqlState' in error && error.sqlState === DISK_FULL) return true;
  if (error instanceof AggregateError && error.errors.some(isFullDisk)) return true;
  return error instanceof Error && error.cause !== undefined && isFullDisk(error.cause);
}
