import { sql } from 'drizzle-orm';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import type { CatalogConnection, CatalogDatabase } from '../database.ts';
import { runLongStatement } from './run-long-statement.ts';
import { withMigrationLock } from './migration-lock.ts';

/** Advisory lock key that nothing else in this database uses. */
export const MIGRATION_LOCK = 5_312_047;

/** First line of a migration with a statement that can take longer than a call of the Data API. */
const LONG = '-- Long-running';

/**
 * Migrates the database to the newest schema. Migrations up to a long-running one are a single transaction that holds an
 * advisory lock, so that repeated, concurrent and interrupted runs have the same result. A long-running one is outside
 * any transaction, under a lock that expires. It records migrations in the table of drizzle's own migrator, which takes
 * no lock.
 *
 * @param folder migrations that `drizzle-kit generate` wrote
 * @returns number of migrations that this call applied
 */
export async function migrateCatalog(connection: CatalogConnection, folder: string): Promise<number> {
  let applied = 0;
  for (const group of groupMigrations(readMigrationFiles({ migrationsFolder: folder }))) {
    const [first] = group;
    applied += first !== undefined && isLong(first)
      ? await applyLongMigration(connection, first)
      : await applyTogether(connection.database, group);
  }
  return applied;
}

function isLong({ sql: [text = ''] }: MigrationMeta): boolean {
  return text.trimStart().startsWith(LONG);
}

/** Returns the migrations in their order, each long-running one alone. */
function groupMigrations(migrations: readonly MigrationMeta[]): MigrationMeta[][] {
  const groups: MigrationMeta[][] = [];
  let isOpen = false;
  for (const migration of migrations) {
    const long = isLong(migration);
    if (isOpen && !long) groups.at(-1)?.push(migration);
    else groups.push([migration]);
    isOpen = !long;
  }
  return groups;
}

async function applyTogether(database: CatalogDatabase, migrations: readonly MigrationMeta[]): Promise<number> {
  return database.transaction(async (transaction) => {
    // The function returns `void`, which the Data API cannot return.
    await transaction.execute(sql`select cast(pg_advisory_xact_lock(${MIGRATION_LOCK}) as text)`);
    await transaction.execute(sql`create schema if not exists drizzle`);
    await transaction.execute(sql`
      create table if not exists drizzle.__drizzle_migrations (
        id serial primary key,
        hash text not null,
        created_at bigint
      )`);
    const newest = await findNewest(transaction);
    const pending = migrations.filter(({ folderMillis }) => folderMillis > newest);
    for (const migration of pending) {
      for (const statement of migration.sql) await transaction.execute(sql.raw(statement));
      await record(transaction, migration);
    }
    return pending.length;
  });
}

async function applyLongMigration(connection: CatalogConnection, migration: MigrationMeta): Promise<number> {
  const { database } = connection;
  // The lock's table exists only since the first long-running migration; reading needs none.
  if ((await findNewest(database)) >= migration.folderMillis) return 0;
  return withMigrationLock(database, async (ensureHeld) => {
    if ((await findNewest(database)) >= migration.folderMillis) return 0;
    for (const statement of migration.sql) {
      await runLongStatement(connection, statement);
      ensureHeld();
    }
    await record(database, migration);
    return 1;
  });
}

type Queries = Pick<CatalogDatabase, 'execute'>;

/** Returns when the newest applied migration was generated, in milliseconds since 1970. */
async function findNewest(database: Queries): Promise<number> {
  const { rows } = await database.execute<{ newest: number | null }>(
    sql`select max(created_at) as newest from drizzle.__drizzle_migrations`,
  );
  return rows[0]?.newest ?? 0;
}

async function record(database: Queries, { hash, folderMillis }: MigrationMeta): Promise<void> {
  await database.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
  );
}
