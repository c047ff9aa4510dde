import type { MediaConvertClient } from '@aws-sdk/client-mediaconvert';
import type { SNSClient } from '@aws-sdk/client-sns';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { markEndPublished } from '../../catalog/revisions/mark-end-published.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import { writePointer } from '../chain/write-pointer.ts';
import { cancelJob } from '../chain/cancel-job.ts';
import type { RemoveJobDeadline } from '../chain/job-deadlines.ts';
import type { PublishMetric } from '../chain/publish-metric.ts';
import { describeError } from '../runtime/logger.ts';
import { publishEnd } from './publish-video-event.ts';
import { publishEndMetrics } from './publish-end-metrics.ts';
import { type OrphanedOutputContext, removeOrphanedOutput } from './remove-orphaned-output.ts';

export interface SettleContext extends OrphanedOutputContext {
  readonly mediaConvert: MediaConvertClient;
  readonly sns: SNSClient;
  readonly topicArn: string;
  readonly removeDeadline: RemoveJobDeadline;
  readonly publishMetric: PublishMetric;
}

/**
 * Completes the end of a revision, once: cancels a job that is no longer needed, removes output that nobody will play,
 * publishes the end and removes the deadline. After a crash all of it is repeated, which subscribers must expect.
 */
export async function settleEnd(context: SettleContext, revisionId: string): Promise<void> {
  const found = await findRevision(context.database, revisionId);
  if (found === undefined || !ENDED_STATUSES.has(found.revision.status) || found.revision.publishedAt !== null) return;
  const { revision } = found;
  if (revision.jobId !== null && mayStillRun(revision)) await cancelJob(context.mediaConvert, revision.jobId);
  // What plays at the permanent address may have changed: renditions instead of the source, or no source any more.
  await writePointer(context, revision.videoId);
  if (revision.status === 'superseded' || revision.status === 'rejected') await removeOrphanedOutput(context, revisionId);
  // The user who deletes a video needs no event.
  if (revision.status !== 'deleted') await publishEnd(context, found);
  await markEndPublished(context.database, revisionId);
  publishEndMetrics(context.publishMetric, revision);
  await removeDeadline(context, revision);
}

/** Returns whether the job may still be running. Every other end is caused by the end of the job, or follows it. */
function mayStillRun({ status, code }: Revision): boolean {
  return status === 'superseded' || status === 'deleted' || code === 'encoder_timeout';
}

/** A deadline that remains invokes completion once, without effect. */
async function removeDeadline({ removeDeadline: remove, logger }: SettleContext, revision: Revision): Promise<void> {
  try {
    await remove(revision);
  } catch (error) {
    logger.warn('deadline not removed', { revisionId: revision.id, error: describeError(error) });
  }
}
