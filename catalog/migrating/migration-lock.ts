import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';

/** Time after which another run takes the lock of one that ended without releasing it, in seconds. */
const EXPIRY_S = 120;
const RENEWAL_MS = 30_000;
const WAIT_MS = 2_000;

/** Thrown if a lock expired while its holder was working, and another run has taken it. */
export class MigrationLockLostError extends Error {
  override readonly name = 'MigrationLockLostError';

  constructor() {
    super('Another migration has taken the lock. Deploy again once it has ended.');
  }
}

/**
 * Runs work while no other migration does, outside any transaction: the Data API rolls back one that is idle for three
 * minutes. Waits for another holder until it releases the lock or stops renewing it.
 *
 * @param work receives a function that throws MigrationLockLostError if the lock is lost
 */
export async function withMigrationLock<Result>(
  database: CatalogDatabase,
  work: (ensureHeld: () => void) => Promise<Result>,
): Promise<Result> {
  const holder = randomUUID();
  await database.execute(sql`
    create table if not exists drizzle.migration_lock (
      id integer primary key,
      holder uuid not null,
      expires_at timestamptz not null
    )`);
  while (!(await take(database, holder))) await sleep(WAIT_MS);
  const ended = new AbortController();
  let isLost = false;
  const renewing = renew(database, holder, ended.signal).catch(() => void (isLost = true));
  try {
    return await work(() => {
      if (isLost) throw new MigrationLockLostError();
    });
  } finally {
    ended.abort();
    await renewing;
    await database.execute(sql`delete from drizzle.migration_lock where holder = cast(${holder} as uuid)`);
  }
}

/** Takes or renews the lock. @returns false if another run holds it */
async function take(database: CatalogDatabase, holder: string): Promise<boolean> {
  const { rows } = await database.execute(sql`
    insert into drizzle.migration_lock as held (id, holder, expires_at)
    values (1, cast(${holder} as uuid), now() + make_interval(secs => ${EXPIRY_S}))
    on conflict (id) do update set holder = excluded.holder, expires_at = excluded.expires_at
    where held.holder = excluded.holder or held.expires_at < now()
    returning held.id`);
  return rows.length > 0;
}

/** Renews the lock until the signal. @throws MigrationLockLostError */
async function renew(database: CatalogDatabase, holder: string, ended: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await sleep(RENEWAL_MS, undefined, { signal: ended });
    } catch {
      return;
    }
    if (!(await take(database, holder))) throw new MigrationLockLostError();
  }
}
