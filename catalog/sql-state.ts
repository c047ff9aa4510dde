/** Code of a unique violation: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const UNIQUE_VIOLATION = '23505';

/** Returns PostgreSQL's code of an error thrown by drizzle; the Data API states it only in the message. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const match = /SQLState: (\w{5})/.exec(at.message);
    if (match !== null) return match[1];
  }
  return undefined;
}
