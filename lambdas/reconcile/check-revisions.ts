import { GetJobCommand, NotFoundException } from '@aws-sdk/client-mediaconvert';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import type { ReconciledRevision, ReconciledVideo } from '../../catalog/reconciliation/list-reconciled-videos.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import { checkAfter, hasJobDeadline } from '../chain/job-deadlines.ts';
import type { JobDeadline } from '../contracts/completion-messages.ts';
import type { FindingCode } from '../contracts/reconciliation.ts';
import { REQUIRED_STEPS } from '../contracts/steps.ts';
import { isMessageLost, isSettled, type Run } from './context.ts';
import { recordFinding } from './findings.ts';
import { createdEvent } from './created-event.ts';

const MINUTE_MS = 60_000;

/** Checks that something will move each revision of a video on, in each status, and sends the lost message again if not. */
export async function checkRevisions(run: Run, video: ReconciledVideo): Promise<void> {
  for (const revision of video.revisions) {
    if (revision.status === 'uploaded') await checkUploaded(run, video, revision);
    else if (revision.status === 'transcoding' || revision.status === 'processing') await checkEncoding(run, revision);
    else if (ENDED_STATUSES.has(revision.status)) await checkEnded(run, video, revision);
  }
}

/** Returns whether a revision has the status and the attempt of when its page was read. */
async function isUnchanged({ database }: Run, { id, status, attemptId }: ReconciledRevision): Promise<boolean> {
  const now = (await findRevision(database, id))?.revision;
  return now?.status === status && now.attemptId === attemptId;
}

/** An uploaded revision waits for a message in the uploads queue, or for the schedule of its next attempt. */
async function checkUploaded(run: Run, video: ReconciledVideo, revision: ReconciledRevision): Promise<void> {
  const { createdAt, claimedAt, nextAttemptAt, id } = revision;
  const latest = [createdAt, claimedAt, nextAttemptAt].flatMap((at) => at ?? []).toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
  if (latest === undefined || !(await isMessageLost(run, latest)) || !(await isUnchanged(run, revision))) return;
  await recordFinding(run, 'upload_stuck', id, () => run.sendUpload(createdEvent(video, revision)));
}

/** A revision in progress waits for an event of its job or a message of a step, behind which a deadline stands. */
async function checkEncoding(run: Run, revision: ReconciledRevision): Promise<void> {
  const { id: revisionId, attemptId, jobId, submittedAt, stepsDone, lastStepAt, durationMs } = revision;
  if (attemptId === null || jobId === null || submittedAt === null || !isSettled(run, submittedAt)) return;
  const isComplete = REQUIRED_STEPS.every((step) => stepsDone.includes(step));
  if (revision.status === 'processing' && isComplete) {
    if (!isSettled(run, lastStepAt) || !(await isUnchanged(run, revision))) return;
    await recordFinding(run, 'steps_not_completed', revisionId, () => run.sendToCompletion({ type: 'steps-finished', revisionId }));
    return;
  }
  const elapsedMs = run.now().getTime() - submittedAt.getTime();
  const code = await findLoss(run, { attemptId, jobId, elapsedMs, durationMs: durationMs ?? undefined });
  if (code === undefined || !(await isUnchanged(run, revision))) return;
  // The check before the next one: if a schedule of the next one exists after all, it is kept.
  const look = Math.max(1, checkAfter(elapsedMs, durationMs ?? undefined) - 1);
  const deadline: JobDeadline = { type: 'job-deadline', revisionId, attemptId, jobId, look };
  await recordFinding(run, code, revisionId, () => run.sendToCompletion(deadline));
}

async function findLoss(
  run: Run,
  { jobId, ...of }: { readonly attemptId: string; readonly jobId: string; readonly elapsedMs: number; readonly durationMs: number | undefined },
): Promise<FindingCode | undefined> {
  const { mediaConvert, deployment, scheduler, deadlineGroup } = run;
  try {
    const { Job: job } = await mediaConvert.send(new GetJobCommand({ Id: jobId }));
    if (job?.UserMetadata?.['deployment'] !== deployment) return 'job_missing';
    const hasEnded = job.Status === 'COMPLETE' || job.Status === 'ERROR' || job.Status === 'CANCELED';
    if (hasEnded && isSettled(run, job.Timing?.FinishTime)) return 'job_event_lost';
  } catch (error) {
    if (error instanceof NotFoundException) return 'job_missing';
    throw error;
  }
  return (await hasJobDeadline(scheduler, deadlineGroup, of)) ? undefined : 'deadline_missing';
}

/** The end of a revision must be published, and the grace of a superseded one must end. */
async function checkEnded(run: Run, video: ReconciledVideo, revision: ReconciledRevision): Promise<void> {
  const { id: revisionId, status, endedAt, publishedAt, retiredAt } = revision;
  const supersededAt = revision.supersededAt ?? revision.sourceSupersededAt;
  if (status === 'deleted') return;
  if (publishedAt === null && isSettled(run, endedAt) && (await isUnchanged(run, revision)))
    await recordFinding(run, 'end_unpublished', revisionId, () => run.sendToCompletion({ type: 'revision-ended', revisionId }));
  if (supersededAt === null || retiredAt !== null) return;
  const graceEndsAt = new Date(supersededAt.getTime() + run.graceMinutes * MINUTE_MS);
  if (!isSettled(run, graceEndsAt)) return;
  const now = (await findRevision(run.database, revisionId))?.revision;
  if (now === undefined || now.status === 'deleted' || now.retiredAt !== null) return;
  await recordFinding(run, 'grace_overdue', revisionId, () => run.sendWithdrawal({ type: 'grace-ended', videoId: video.id }));
}
