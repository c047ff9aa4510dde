import { and, eq, or, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, type Revision } from '../schema/index.ts';

/** A submission and its job. */
export interface SubmittedJob {
  readonly revisionId: string;
  readonly attemptId: string;
  readonly jobId: string;
}

/**
 * Records the job of the claimed attempt: `uploaded` → `transcoding`. If the job's own events have recorded it before,
 * the revision keeps its status.
 *
 * @returns the revision; undefined if its claimed attempt is not this one, so that the job must be canceled
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
