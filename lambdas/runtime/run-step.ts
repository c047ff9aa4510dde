import type { Logger } from '@aws-lambda-powertools/logger';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { beginProcessing } from '../../catalog/queries/begin-processing.ts';
import { finishStep } from '../../catalog/queries/finish-step.ts';
import type { Revision, Video } from '../../catalog/schema/index.ts';
import { type JobStateChange, jobStateChangeSchema } from '../contracts/job-state-change.ts';
import { type EncodeLocation, encodePrefix } from '../contracts/output-layout.ts';
import type { Step } from '../contracts/steps.ts';
import type { Announce } from './announce.ts';

export interface StepContext {
  readonly database: CatalogDatabase;
  readonly announce: Announce;
  readonly logger: Logger;
}

/** A finished encode that a step works on. */
export interface FinishedEncode {
  readonly video: Video;
  readonly revision: Revision;
  readonly location: EncodeLocation;
  /** Where its objects lie in the output bucket. */
  readonly prefix: string;
  readonly event: JobStateChange;
}

/** Does the step's part, as often as it is asked to, and answers what is worth keeping of it. */
export type StepWork = (encode: FinishedEncode) => Promise<unknown>;

/**
 * Runs one step for the job whose end a message tells of. Jobs that the catalog does not claim are ignored. A step that
 * was done before only says so again, since the word of it may have been lost.
 *
 * @param body the event of the job, as JSON text
 */
export async function runStep(context: StepContext, step: Step, body: string, work: StepWork): Promise<void> {
  const event = jobStateChangeSchema.parse(JSON.parse(body));
  const { jobId, status, userMetadata } = event.detail;
  const { videoId, revisionId, attemptId } = userMetadata;
  const { database, announce } = context;
  const logger = context.logger.createChild({ persistentKeys: { videoId, revisionId, attemptId, jobId } });
  if (status !== 'COMPLETE') return;

  const beginning = await beginProcessing(database, { revisionId, attemptId, jobId }, step);
  if (beginning.state === 'ignored') {
    logger.info('event ignored');
    return;
  }
  if (beginning.state === 'begun') {
    const { video, revision } = beginning;
    const location = { videoId: video.id, revision: revision.number, attemptId };
    const detail = await work({ video, revision, location, prefix: encodePrefix(location), event });
    await finishStep(database, revisionId, step, detail);
    logger.info('step done', { detail });
  }
  await announce({ type: 'step-finished', revisionId, step });
}
