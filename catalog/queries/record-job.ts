import { and, eq, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions } from '../schema/index.ts';

/** A submission and the job that it became. */
export interface SubmittedJob {
  readonly revisionId: string;
  readonly attemptId: string;
  readonly jobId: string;
}

/**
 * Records the job of the claimed attempt: `uploaded` → `transcoding`. Its own events may have recorded it before.
 *
 * @returns false if the catalog does not claim this job; it is to be canceled
 */
export async function recordJob(database: CatalogDatabase, job: SubmittedJob): Promise<boolean> {
  const { revisionId, attemptId, jobId } = job;
  const recorded = await database
    .update(revisions)
    .set({ status: 'transcoding', jobId, submittedAt: sql`now()` })
    .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), eq(revisions.status, 'uploaded')))
    .returning({ id: revisions.id });
  return recorded.length > 0 || isClaimed(database, job);
}

/** Whether the revision, wherever it stands by now, is encoded by this very job. */
async function isClaimed(database: CatalogDatabase, { revisionId, attemptId, jobId }: SubmittedJob): Promise<boolean> {
  const found = await database
    .select({ id: revisions.id })
    .from(revisions)
    .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), eq(revisions.jobId, jobId)));
  return found.length > 0;
}
