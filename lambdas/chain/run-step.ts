import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { beginStep } from '../../catalog/revisions/begin-step.ts';
import { areStepsDone, finishStep } from '../../catalog/revisions/finish-step.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { type JobStateChange, jobStateChangeSchema } from '../contracts/job-state-change.ts';
import { type EncodeLocation, encodePrefix } from '../contracts/output-layout.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import { isRequiredForReady, REQUIRED_STEPS, type Step } from '../contracts/steps.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

export interface StepContext {
  readonly database: CatalogDatabase;
  readonly sendToCompletion: SendToQueue<CompletionMessage>;
  readonly logger: Logger;
}

/** A finished encode that a step works on. */
export interface FinishedEncode {
  readonly revision: Revision;
  readonly location: EncodeLocation;
  /** Where its objects lie in the output bucket. */
  readonly prefix: string;
  readonly event: JobStateChange;
}

/** What a step works with. */
export interface StepTools {
  readonly database: CatalogDatabase;
  readonly s3: S3Client;
  /** Where encodes lie. */
  readonly bucket: string;
}

/** Does the step's part, as often as it is asked to, and answers what is worth keeping of it. */
export type StepWork = (encode: FinishedEncode) => Promise<unknown>;

/**
 * Runs one step for the job whose end a message tells of, and tells completion if it was the last. Jobs that the catalog
 * does not claim are ignored. A step that was done before only looks whether it was the last, since the word of that may
 * have been lost.
 *
 * @param body the event of the job, as JSON text
 */
export async function runStep(context: StepContext, step: Step, body: string, work: StepWork): Promise<void> {
  const event = jobStateChangeSchema.parse(JSON.parse(body));
  const { jobId, status, userMetadata } = event.detail;
  const { videoId, revisionId, attemptId } = userMetadata;
  const { database, sendToCompletion } = context;
  const logger = context.logger.createChild({ persistentKeys: { videoId, revisionId, attemptId, jobId } });
  if (status !== 'COMPLETE') return;

  const beginning = await beginStep(database, { revisionId, attemptId, jobId }, step, {
    whenReady: !isRequiredForReady(step),
  });
  if (beginning.state === 'ignored') {
    logger.info('event ignored');
    return;
  }
  if (beginning.state === 'begun') {
    const { revision } = beginning;
    const location = { videoId: revision.videoId, revision: revision.number, attemptId };
    const detail = await work({ revision, location, prefix: encodePrefix(location), event });
    await finishStep(database, { revisionId, attemptId, step }, detail);
    logger.info('step done', { detail });
  }
  if (!(await areStepsDone(database, revisionId, REQUIRED_STEPS))) return;
  await sendToCompletion({ type: 'steps-finished', revisionId });
}
