import type { PGlite } from '@electric-sql/pglite';

/** User of a cluster of PGlite, and owner of everything in it until a statement says otherwise. */
export const OWNER = 'postgres';

/** Statements that cannot change the session: roles may call nothing that does. */
const KEEPS_SESSION = /^\s*(?:select|insert|update|delete|with|values)\b/i;

/** Returns whether a statement only reads or writes rows. */
export function isRowStatement(text: string): boolean {
  return KEEPS_SESSION.test(text);
}

/**
 * The one session of PGlite, which acts for several roles. Its authenticated user is the owner, so that a role could become
 * the owner with `SET SESSION AUTHORIZATION`. Whoever runs a statement is therefore named before it, unless the one before
 * cannot have changed that; and a role can run nothing that changes it within a statement.
 * https://www.postgresql.org/docs/current/sql-set-session-authorization.html
 */
export class PgliteSession {
  readonly #postgres: Pick<PGlite, 'exec' | 'query'>;
  /** Undefined if a statement may have changed it. */
  #user: string | undefined;

  constructor(postgres: Pick<PGlite, 'exec' | 'query'>) {
    this.#postgres = postgres;
  }

  /**
   * Takes from the roles what could change the session in the middle of a statement: `set_config`, which also updates of
   * `pg_settings` call, and blocks of PL/pgSQL. Nothing changes for the owner. The roles can create no functions either,
   * since they may create nothing in any schema.
   */
  async confineRoles(): Promise<void> {
    const { rows } = await this.#postgres.query<{ open: unknown }>(`
      select has_function_privilege('public', 'pg_catalog.set_config(text, text, boolean)', 'execute')
        or has_language_privilege('public', 'plpgsql', 'usage') as open`);
    if (rows[0]?.open !== true && rows[0]?.open !== 't') return;
    await this.#postgres.exec(`
      revoke execute on function pg_catalog.set_config(text, text, boolean) from public;
      revoke usage on language plpgsql from public`);
  }

  /** Makes the session that of a user. @throws Error of PostgreSQL in a failed transaction, which no user can leave */
  async assume(user: string): Promise<void> {
    if (user === this.#user) return;
    this.#user = undefined;
    await this.#postgres.exec(`SET SESSION AUTHORIZATION "${user.replaceAll('"', '""')}"`);
    this.#user = user;
  }

  /** Takes note of a statement that is about to run. */
  note(text: string): void {
    if (!isRowStatement(text)) this.#user = undefined;
  }
}
