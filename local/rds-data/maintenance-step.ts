import type { SqlResult, SqlStatement } from './sql-engine.ts';

interface MaintenanceThresholds {
  /** Share of a table's rows that may be dead, or changed since the last analysis, in addition to `rows`. */
  readonly share: number;
  readonly rows: number;
  /** Size of the write-ahead log since the last checkpoint. */
  readonly walBytes: number;
}

/** Thresholds while the database runs: those of PostgreSQL's autovacuum for rows, and one segment of the log. */
export const RUNNING: MaintenanceThresholds = { share: 0.1, rows: 50, walBytes: 16 * 1024 ** 2 };

/** Thresholds at the end: PGlite loses its statistics then, so that the rows that remain would never be counted. */
export const ENDING: MaintenanceThresholds = { share: 0, rows: 50, walBytes: 1024 ** 2 };

/**
 * Returns the most useful maintenance statement that is due, or undefined if none is. PGlite runs as PostgreSQL's single
 * process, without autovacuum and checkpointer.
 * https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM
 *
 * @param run runs a statement in the database
 */
export async function findMaintenanceStep(
  run: (statement: SqlStatement) => Promise<SqlResult>,
  { share, rows, walBytes }: MaintenanceThresholds,
): Promise<string | undefined> {
  await run({ text: 'select pg_stat_force_next_flush()', values: [] });
  const due = `${rows} + ${share} * greatest(reltuples, 0)`;
  const found = await run({
    text: `
      select step from (
        select 1 as rank, n_dead_tup as gain, format('VACUUM (ANALYZE) %I.%I', schemaname, stats.relname) as step
        from pg_stat_user_tables as stats join pg_class on pg_class.oid = relid where n_dead_tup >= ${due}
        union all
        select 2, n_mod_since_analyze, format('ANALYZE %I.%I', schemaname, stats.relname)
        from pg_stat_user_tables as stats join pg_class on pg_class.oid = relid where n_mod_since_analyze >= ${due}
        union all
        select 3, 0, 'CHECKPOINT' from pg_control_checkpoint() where pg_current_wal_lsn() - redo_lsn >= ${walBytes}
      ) as steps
      order by rank, gain desc limit 1`,
    values: [],
  });
  return found.rows[0]?.[0] ?? undefined;
}
