import { and, eq, getTableColumns, ne, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { renditions, revisions, type Rendition } from '../schema/index.ts';

/** Measured output of an encode. */
export interface RecordedOutput {
  readonly durationMs: number;
  /** List price as decimal digits, so that no cent is lost to floating point. */
  readonly priceUsd: string;
  readonly renditions: readonly Omit<Rendition, 'revisionId'>[];
}

/** An encode of a revision. */
export interface Attempt {
  readonly revisionId: string;
  readonly attemptId: string;
}

const COLUMNS = Object.entries(getTableColumns(renditions));
/** Columns that a repeated measurement may change. */
const MEASURED = ['codecs', 'duration_ms', 'size_bytes', 'average_bps', 'peak_bps'];

/**
 * Records the output of an attempt in one idempotent statement. Writes nothing if the revision has moved on to another
 * attempt or was deleted.
 */
export async function recordOutput(database: CatalogDatabase, attempt: Attempt, output: RecordedOutput): Promise<void> {
  const { revisionId, attemptId } = attempt;
  const rows = output.renditions.map((rendition) => {
    const row: Readonly<Record<string, unknown>> = { revisionId, ...rendition };
    return Object.fromEntries(COLUMNS.map(([name, column]) => [column.name, row[name]]));
  });
  const recorded = database.$with('recorded').as(
    database
      .update(revisions)
      .set({ durationMs: output.durationMs, priceUsd: output.priceUsd })
      .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), ne(revisions.status, 'deleted')))
      .returning({ id: revisions.id }),
  );
  const measured = sql.raw(MEASURED.map((column) => `${column} = excluded.${column}`).join(', '));
  await database.execute(sql`
    with recorded as (${recorded._.sql})
    insert into ${renditions}
    select produced.* from recorded,
      jsonb_populate_recordset(cast(null as ${renditions}), cast(${JSON.stringify(rows)} as jsonb)) as produced
    on conflict (revision_id, name) do update set ${measured}`);
}
