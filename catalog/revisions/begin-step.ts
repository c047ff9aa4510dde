import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps, type Revision } from '../schema/index.ts';
import { recordJob, type SubmittedJob } from './record-job.ts';

export type BeginResult =
  /** The step is to do its work. */
  | { readonly state: 'begun'; readonly revision: Revision }
  /** It did so before; only the word of it may have been lost. */
  | { readonly state: 'done' }
  /** The job is not the revision's, or the revision has ended. */
  | { readonly state: 'ignored' };

export interface BeginOptions {
  /** Whether the step may also begin once the revision is ready. @default false */
  readonly whenReady?: boolean;
}

/**
 * A step begins because the job of an attempt is complete: `uploaded` or `transcoding` → `processing` with the first of
 * them. A job whose recording was lost in a crash is recorded here.
 */
export async function beginProcessing(
  database: CatalogDatabase,
  job: SubmittedJob,
  step: string,
  { whenReady = false }: BeginOptions = {},
): Promise<BeginResult> {
  const statuses = ['transcoding', 'processing', ...(whenReady ? (['ready'] as const) : [])] as const;
  const begun = await begin(database, job, step, statuses);
  if (begun !== undefined) return begun;
  // Not a revision that is encoded by this job, so far as the catalog knows.
  const revision = await recordJob(database, job);
  if (revision?.status === 'ready') return { state: 'done' };
  if (revision?.status !== 'transcoding') return { state: 'ignored' };
  return (await begin(database, job, step, statuses)) ?? { state: 'ignored' };
}

/** Both rows in one statement. @returns undefined unless the revision waits for this job or its steps */
async function begin(
  database: CatalogDatabase,
  { revisionId, attemptId, jobId }: SubmittedJob,
  step: string,
  statuses: readonly Revision['status'][],
): Promise<BeginResult | undefined> {
  const isEncodedByJob = and(
    eq(revisions.id, revisionId),
    eq(revisions.attemptId, attemptId),
    eq(revisions.jobId, jobId),
    inArray(revisions.status, statuses),
  );
  const revision = database
    .$with('revision', getTableColumns(revisions))
    .as(sql`
      update ${revisions} set status = case status when 'ready' then status else 'processing' end
      where ${isEncodedByJob} returning *`);
  const begun = database.$with('begun', { step: steps.step }).as(sql`
    insert into ${steps} as begun (revision_id, step, status)
    select revision.id, ${step}, 'running' from revision
    on conflict (revision_id, step) do update set attempts = begun.attempts + 1, status = 'running'
      where begun.status <> 'done'
    returning step`);
  const [row] = await database
    .with(revision, begun)
    .select()
    .from(revision)
    .leftJoin(begun, sql`true`);
  if (row === undefined) return undefined;
  return row.begun === null ? { state: 'done' } : { state: 'begun', revision: row.revision };
}
