import { eq, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { renditions, revisions, type Rendition } from '../schema/index.ts';

/** What an encode really produced. */
export interface RecordedOutput {
  readonly durationMs: number;
  /** By list price; decimal digits, so that no cent is lost to floating point. */
  readonly priceUsd: string;
  readonly renditions: readonly Omit<Rendition, 'revisionId'>[];
}

/** The value that the insert would have written. */
const excluded = (column: string) => sql.raw(`excluded.${column}`);

/** Writes the same rows however often it runs. */
export async function recordOutput(database: CatalogDatabase, revisionId: string, output: RecordedOutput): Promise<void> {
  const { durationMs, priceUsd } = output;
  if (output.renditions.length > 0) {
    await database
      .insert(renditions)
      .values(output.renditions.map((rendition) => ({ revisionId, ...rendition })))
      .onConflictDoUpdate({
        target: [renditions.revisionId, renditions.name],
        set: {
          codecs: excluded('codecs'),
          durationMs: excluded('duration_ms'),
          sizeBytes: excluded('size_bytes'),
          averageBps: excluded('average_bps'),
          peakBps: excluded('peak_bps'),
        },
      });
  }
  await database.update(revisions).set({ durationMs, priceUsd }).where(eq(revisions.id, revisionId));
}
