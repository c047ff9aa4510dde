import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { CatalogDatabase } from './database.ts';

/** Advisory lock key that nothing else in this database uses. */
const MIGRATION_LOCK = 5_312_047;

/**
 * Migrates the database to the newest schema. One transaction holds an advisory lock and does everything, so that
 * repeated, concurrent and interrupted runs have the same result. It records migrations in the table of drizzle's own
 * migrator, which takes no lock.
 *
 * @param folder migrations that `drizzle-kit generate` wrote
 * @returns number of migrations that this call applied
 */
export async function migrateCatalog(database: CatalogDatabase, folder: string): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  return database.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await transaction.execute(sql`create schema if not exists drizzle`);
    await transaction.execute(sql`
      create table if not exists drizzle.__drizzle_migrations (
        id serial primary key,
        hash text not null,
        created_at bigint
      )`);
    const { rows } = await transaction.execute<{ newest: number | null }>(
      sql`select max(created_at) as newest from drizzle.__drizzle_migrations`,
    );
    const newest = rows[0]?.newest ?? 0;
    const pending = migrations.filter(({ folderMillis }) => folderMillis > newest);
    for (const { sql: statements, hash, folderMillis } of pending) {
      for (const statement of statements) await transaction.execute(sql.raw(statement));
      await transaction.execute(
        sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`,
      );
    }
    return pending.length;
  });
}
