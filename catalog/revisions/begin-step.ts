import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { revisions, steps, type Revision } from '../schema/index.ts';
import { recordJob, type SubmittedJob } from './record-job.ts';

export type StepStart =
  /** The step must do its work. */
  | {
      readonly state: 'started';
      readonly revision: Revision;
      /** How many times it has been started for this attempt, this time included. */
      readonly starts: number;
    }
  /** The step finished earlier; the message that reports it may have been lost. */
  | { readonly state: 'done' }
  /** The job does not belong to the revision, or the revision has ended. */
  | { readonly state: 'ignored' };

export interface BeginOptions {
  /** Whether the step may also begin once the revision is ready. @default false */
  readonly whenReady?: boolean;
}

/**
 * Begins a step after the job of an attempt has completed: the first step moves the revision from `uploaded` or
 * `transcoding` to `processing`. Records the job if a crash prevented that.
 *
 * @param step name of the step
 */
export async function beginStep(
  database: CatalogDatabase,
  job: SubmittedJob,
  step: string,
  { whenReady = false }: BeginOptions = {},
): Promise<StepStart> {
  const statuses = ['transcoding', 'processing', ...(whenReady ? (['ready'] as const) : [])] as const;
  const begun = await begin(database, job, step, statuses);
  if (begun !== undefined) return begun;
  // The catalog does not know this job as the revision's; a crash may have prevented its recording.
  const revision = await recordJob(database, job);
  if (revision?.status === 'ready') return { state: 'done' };
  if (revision?.status !== 'transcoding') return { state: 'ignored' };
  return (await begin(database, job, step, statuses)) ?? { state: 'ignored' };
}

/** Updates both rows in one statement. @returns undefined unless the revision is waiting for this job or its steps */
async function begin(
  database: CatalogDatabase,
  { revisionId, attemptId, jobId }: SubmittedJob,
  step: string,
  statuses: readonly Revision['status'][],
): Promise<StepStart | undefined> {
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
  const begun = database.$with('begun', { step: steps.step, attempts: steps.attempts }).as(sql`
    insert into ${steps} as begun (revision_id, step, status)
    select revision.id, ${step}, 'running' from revision
    on conflict (revision_id, step) do update set attempts = begun.attempts + 1, status = 'running'
      where begun.status <> 'done'
    returning step, attempts`);
  const [row] = await database
    .with(revision, begun)
    .select()
    .from(revision)
    .leftJoin(begun, sql`true`);
  if (row === undefined) return undefined;
  return row.begun === null ? { state: 'done' } : { state: 'started', revision: row.revision, starts: row.begun.attempts };
}

/** Takes back the count of a start that ended early through no fault of the step. */
export async function uncountStep(
  database: CatalogDatabase,
  { revisionId, step }: { readonly revisionId: string; readonly step: string },
): Promise<void> {
  await database
    .update(steps)
    .set({ attempts: sql`greatest(0, ${steps.attempts} - 1)` })
    .where(and(eq(steps.revisionId, revisionId), eq(steps.step, step), eq(steps.status, 'running')));
}
