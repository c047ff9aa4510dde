import { and, eq, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, type Revision } from '../schema/index.ts';

/** A submission and the job that it became. */
export interface SubmittedJob {
  readonly revisionId: string;
  readonly attemptId: string;
  readonly jobId: string;
}

/**
 * Records the job of the claimed attempt: `uploaded` → `transcoding`. Its own events may have recorded it before; then
 * the revision stays as it is, wherever it stands by now.
 *
 * @returns the revision; undefined if the catalog does not claim this job, which is then to be canceled
 */
export async function recordJob(database: CatalogDatabase, job: SubmittedJob): Promise<Revision | undefined> {
  const { revisionId, attemptId, jobId } = job;
  const [recorded] = await database
    .update(revisions)
    .set({
      status: sql`case ${revisions.status} when 'uploaded' then 'transcoding' else ${revisions.status} end`,
      jobId,
      submittedAt: sql`coalesce(${revisions.submittedAt}, now())`,
    })
    .where(
      and(
        eq(revisions.id, revisionId),
        eq(revisions.attemptId, attemptId),
        or(eq(revisions.status, 'uploaded'), eq(revisions.jobId, jobId)),
      ),
    )
    .returning();
  return recorded;
}
