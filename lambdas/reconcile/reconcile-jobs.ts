import { type Job, ListJobsCommand } from '@aws-sdk/client-mediaconvert';
import * as z from 'zod';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { recordJob } from '../../catalog/revisions/record-job.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import { cancelJob } from '../chain/cancel-job.ts';
import { jobMetadataSchema } from '../contracts/job-state-change.ts';
import { isSettled, type Run } from './context.ts';
import { countExamined, recordFinding } from './findings.ts';

/** Statuses of jobs that can still be canceled. */
const STATUSES = ['PROGRESSING', 'SUBMITTED'] as const;

const cursorSchema = z.object({ status: z.enum(STATUSES), token: z.string().optional() });

/**
 * Checks a page of the unfinished jobs of the queue. Only jobs that carry this deployment's id are touched: the queue may hold
 * those of other applications.
 *
 * @returns where the next call continues; undefined at the end
 */
export async function reconcileJobs(run: Run, cursor: string | undefined): Promise<string | undefined> {
  const { status, token }: z.infer<typeof cursorSchema> =
    cursor === undefined ? { status: STATUSES[0] } : cursorSchema.parse(JSON.parse(cursor));
  const { Jobs = [], NextToken } = await run.mediaConvert.send(
    new ListJobsCommand({ Queue: run.encoderQueueArn, Status: status, Order: 'ASCENDING', MaxResults: 20, NextToken: token }),
  );
  for (const job of Jobs) {
    if (job.UserMetadata?.['deployment'] === run.deployment) await checkJob(run, job);
  }
  if (NextToken !== undefined) return JSON.stringify({ status, token: NextToken });
  const next = STATUSES[STATUSES.indexOf(status) + 1];
  return next === undefined ? undefined : JSON.stringify({ status: next });
}

async function checkJob(run: Run, { Id: jobId, UserMetadata, CreatedAt }: Job): Promise<void> {
  const metadata = jobMetadataSchema.safeParse(UserMetadata).data;
  countExamined(run, 'jobs');
  if (jobId === undefined || metadata === undefined || !isSettled(run, CreatedAt)) return;
  const { revisionId, attemptId } = metadata;
  const revision = (await findRevision(run.database, revisionId))?.revision;
  if (revision === undefined || !isOwn(revision, { jobId, attemptId })) {
    await recordFinding(run, 'job_orphaned', jobId, () => cancelJob(run.mediaConvert, jobId));
  } else if (revision.jobId === null) {
    await recordFinding(run, 'job_unrecorded', jobId, async () => {
      await recordJob(run.database, { revisionId, attemptId, jobId });
      await run.sendToCompletion({ type: 'job-deadline', revisionId, attemptId, jobId, look: 1 });
    });
  }
}

/**
 * Returns whether a job is that of a revision in progress, or of one that it has made ready. An attempt never becomes the
 * claimed one again.
 */
function isOwn(
  { status, supersededAt, ...revision }: Revision,
  job: { readonly jobId: string; readonly attemptId: string },
): boolean {
  const wasReady = status === 'ready' || supersededAt !== null;
  if ((ENDED_STATUSES.has(status) && !wasReady) || revision.attemptId !== job.attemptId) return false;
  return revision.jobId === null ? !wasReady : revision.jobId === job.jobId;
}
