import { systemErrorCode } from '../cloud/system-error.ts';

/** Returns whether an error, or the cause that a library wrapped, is a refused connection. */
export function isRefusedConnection(error: unknown): boolean {
  if (systemErrorCode(error) === 'ECONNREFUSED') return true;
  return error instanceof Error && error.cause !== undefined && isRefusedConnection(error.cause);
}
