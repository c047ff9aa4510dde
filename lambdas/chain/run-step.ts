import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { beginStep, uncountStep } from '../../catalog/revisions/begin-step.ts';
import { areStepsDone, finishStep } from '../../catalog/revisions/finish-step.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { bookCompletedJob } from '../../catalog/spending/book-completed-job.ts';
import { type JobStateChange, jobStateChangeSchema } from '../contracts/job-state-change.ts';
import { type EncodeLocation, encodePrefix } from '../contracts/output-layout.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import { isRequiredForReady, REQUIRED_STEPS, type Step } from '../contracts/steps.ts';
import { isPassingError } from '../runtime/is-passing-error.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';
import { endWithStep } from './end-with-step.ts';
import { OutputIncompleteError } from './errors.ts';
import { MAX_STARTS, wasStartedTooOften } from './max-starts.ts';

export interface StepContext {
  /** Deliveries of the message by its queue. @default unknown */
  readonly receiveCount?: number;
  readonly database: CatalogDatabase;
  readonly sendToCompletion: SendToQueue<CompletionMessage>;
  readonly logger: Logger;
}

/** A complete encode that a step processes. */
export interface FinishedEncode {
  readonly revision: Revision;
  readonly location: EncodeLocation;
  /** Prefix of its objects in the output bucket. */
  readonly prefix: string;
  readonly event: JobStateChange;
}

/** Services that a step uses. */
export interface StepServices {
  readonly database: CatalogDatabase;
  readonly s3: S3Client;
  /** Bucket that holds the encodes. */
  readonly bucket: string;
}

/** Does the work of a step; must be idempotent. @returns details for the catalog */
export type StepWork = (encode: FinishedEncode) => Promise<unknown>;

/** Longer than this function may run. */
const PUBLISH_AGAIN_SECONDS = 120;

/**
 * Runs one step for a complete job, and notifies completion if it was the last required one. Ignores jobs that the
 * catalog does not claim, but books what they cost. A step that finished earlier only checks whether it was the last, since that message may have
 * been lost. A step that finds the output incomplete does not finish: completion ends its attempt.
 * A step that was started too often ends the revision instead.
 *
 * @param body job event, as JSON text
 */
export async function runStep(context: StepContext, step: Step, body: string, work: StepWork): Promise<void> {
  const event = jobStateChangeSchema.parse(JSON.parse(body));
  const { jobId, status, userMetadata } = event.detail;
  const { videoId, revisionId, attemptId } = userMetadata;
  const { database, sendToCompletion } = context;
  const logger = context.logger.createChild({ persistentKeys: { videoId, revisionId, attemptId, jobId } });
  if (status !== 'COMPLETE') return;

  const start = await beginStep(database, { revisionId, attemptId, jobId }, step, {
    whenReady: !isRequiredForReady(step),
  });
  if (start.state === 'ignored') {
    const isBooked = await bookCompletedJob(database, attemptId);
    logger.info('event ignored', { isBooked });
    return;
  }
  if (start.state === 'started') {
    const { revision } = start;
    if (wasStartedTooOften(start.starts, context.receiveCount)) {
      logger.error('step failed at every start', { starts: MAX_STARTS });
      // The delayed message comes first, so that a crash in between cannot leave the end unpublished.
      await sendToCompletion({ type: 'revision-ended', revisionId }, PUBLISH_AGAIN_SECONDS);
      await endWithStep(database, { revisionId, attemptId, step });
      await sendToCompletion({ type: 'revision-ended', revisionId });
      return;
    }
    const location = { videoId: revision.videoId, revision: revision.number, attemptId };
    try {
      const detail = await work({ revision, location, prefix: encodePrefix(location), event });
      await finishStep(database, { revisionId, attemptId, step }, detail);
      logger.info('step finished', { detail });
    } catch (error) {
      if (!(error instanceof OutputIncompleteError)) {
        if (isPassingError(error)) await uncountStep(database, { revisionId, step });
        throw error;
      }
      logger.warn('output is incomplete', { reason: error.message });
      await sendToCompletion({ type: 'output-incomplete', revisionId, attemptId, step, reason: error.message });
      return;
    }
  }
  if (!(await areStepsDone(database, revisionId, REQUIRED_STEPS))) return;
  await sendToCompletion({ type: 'steps-finished', revisionId });
}
