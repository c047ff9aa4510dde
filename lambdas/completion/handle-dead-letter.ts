import type { Logger } from '@aws-lambda-powertools/logger';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { endWithCode } from '../../catalog/queries/end-revision.ts';
import { failStep } from '../../catalog/queries/finish-step.ts';
import { registerUpload } from '../../catalog/queries/register-upload.ts';
import { jobStateChangeSchema } from '../contracts/job-state-change.ts';
import { objectCreatedSchema } from '../contracts/object-created.ts';
import type { Step } from '../contracts/steps.ts';
import { uploadedObject } from '../transcode/uploaded-object.ts';

/** A part of the chain whose queue gave up on a message. */
export type DeadLetterSource = 'transcode' | Step;

/**
 * Ends the revision that a given-up message is about.
 *
 * @returns its id; undefined where the message is none that this chain sends
 */
export async function handleDeadLetter(
  database: CatalogDatabase,
  source: DeadLetterSource,
  body: unknown,
  logger: Logger,
): Promise<string | undefined> {
  return source === 'transcode' ? endUpload(database, body, logger) : endStep(database, source, body, logger);
}

async function endUpload(database: CatalogDatabase, body: unknown, logger: Logger): Promise<string | undefined> {
  const parsed = objectCreatedSchema.safeParse(body);
  if (!parsed.success) {
    logger.error('dead letter is no upload', { body });
    return undefined;
  }
  const { revision } = await registerUpload(database, uploadedObject(parsed.data));
  // Past `uploaded` another delivery of the event has done what this one could not.
  await endWithCode(database, revision.id, 'transcode_failed', { from: ['uploaded'] });
  return revision.id;
}

async function endStep(database: CatalogDatabase, step: Step, body: unknown, logger: Logger): Promise<string | undefined> {
  const parsed = jobStateChangeSchema.safeParse(body);
  if (!parsed.success) {
    logger.error('dead letter is no event of a job', { body });
    return undefined;
  }
  const { revisionId, attemptId } = parsed.data.detail.userMetadata;
  if (await endWithCode(database, revisionId, `${step}_failed`, { attemptId })) {
    await failStep(database, revisionId, step);
  }
  return revisionId;
}
