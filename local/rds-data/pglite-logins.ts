import { createHash, timingSafeEqual } from 'node:crypto';
import { scramVerifier } from '../../catalog/migrating/scram-verifier.ts';
import { isRowStatement } from './pglite-session.ts';
import { type DatabaseLogin, LoginFailedError, type SqlResult, type SqlStatement } from './sql-engine.ts';

/** `SCRAM-SHA-256$<iterations>:<salt>$<keys>` */
const VERIFIER = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/;

/** Checks passwords as a server does at the beginning of a connection; PGlite has none. */
export class PgliteLogins {
  /** Digests of the passwords that were right, by user. */
  readonly #known = new Map<string, string>();

  /**
   * @param run runs a statement as the owner
   * @throws LoginFailedError if the role does not exist, may not log in or has another password
   */
  async check({ username, password }: DatabaseLogin, run: (statement: SqlStatement) => Promise<SqlResult>): Promise<void> {
    const digest = createHash('sha256').update(password).digest('hex');
    if (this.#known.get(username) === digest) return;
    const { rows } = await run({
      text: 'select rolpassword from pg_authid where rolname = $1 and rolcanlogin and coalesce(rolvaliduntil > now(), true)',
      values: [username],
    });
    if (!matches(password, rows[0]?.[0] ?? '')) throw new LoginFailedError(username);
    this.#known.set(username, digest);
  }

  /** Takes note of a statement that was run, which may have changed a password. */
  note({ text }: SqlStatement): void {
    if (!isRowStatement(text)) this.#known.clear();
  }
}

function matches(password: string, verifier: string): boolean {
  const [, iterations, salt = ''] = VERIFIER.exec(verifier) ?? [];
  if (iterations === undefined) return false;
  const options = { iterations: Number(iterations), salt: Buffer.from(salt, 'base64') };
  const [expected, actual] = [verifier, scramVerifier(password, options)].map((text) => Buffer.from(text));
  return expected !== undefined && actual !== undefined && expected.length === actual.length && timingSafeEqual(expected, actual);
}
