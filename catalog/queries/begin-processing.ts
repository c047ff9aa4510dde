import { and, eq, inArray, ne, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps, videos, type Revision, type Video } from '../schema/index.ts';
import { recordJob, type SubmittedJob } from './record-job.ts';

export type Beginning =
  /** The step is to do its work. */
  | { readonly state: 'begun'; readonly revision: Revision; readonly video: Video }
  /** It did so before; only the word of it may have been lost. */
  | { readonly state: 'done' }
  /** The job is not the revision's, or the revision has ended. */
  | { readonly state: 'ignored' };

/**
 * A step begins because the job of an attempt is complete: `uploaded` or `transcoding` → `processing` with the first of
 * them. A job whose recording was lost in a crash is recorded here.
 */
export async function beginProcessing(database: CatalogDatabase, job: SubmittedJob, step: string): Promise<Beginning> {
  const { revisionId, attemptId } = job;
  if (!(await recordJob(database, job))) return { state: 'ignored' };
  await database
    .update(revisions)
    .set({ status: 'processing' })
    .where(and(eq(revisions.id, revisionId), eq(revisions.attemptId, attemptId), eq(revisions.status, 'transcoding')));

  const [row] = await database
    .select({ revision: revisions, video: videos })
    .from(revisions)
    .innerJoin(videos, eq(videos.id, revisions.videoId))
    .where(and(eq(revisions.id, revisionId), inArray(revisions.status, ['processing', 'ready'])));
  if (row === undefined) return { state: 'ignored' };
  if (row.revision.status === 'ready') return { state: 'done' };

  const begun = await database
    .insert(steps)
    .values({ revisionId, step, status: 'running' })
    .onConflictDoUpdate({
      target: [steps.revisionId, steps.step],
      set: { attempts: sql`${steps.attempts} + 1`, status: 'running' },
      setWhere: ne(steps.status, 'done'),
    })
    .returning({ step: steps.step });
  return begun.length > 0 ? { state: 'begun', ...row } : { state: 'done' };
}
