import type { Logger } from '@aws-lambda-powertools/logger';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { endWithCode } from '../chain/end-with-code.ts';
import { endWithStep } from '../chain/end-with-step.ts';
import { registerUpload } from '../../catalog/revisions/register-upload.ts';
import { jobStateChangeSchema } from '../contracts/job-state-change.ts';
import type { DeadLetterSource } from '../contracts/environment.ts';
import type { Step } from '../contracts/steps.ts';
import { type UploadMessage, uploadMessageSchema } from '../contracts/upload-message.ts';
import { uploadedObject } from '../chain/uploaded-object.ts';

/**
 * Ends the revision of a dead-lettered message, or marks the step failed if revisions become ready without it.
 *
 * @returns the revision's id; undefined for a message that the chain does not send
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
  const parsed = uploadMessageSchema.safeParse(body);
  if (!parsed.success) {
    logger.error('dead letter is not an upload message', { body });
    return undefined;
  }
  const revisionId = await revisionIdOf(database, parsed.data);
  // After `uploaded`, another delivery of the event has succeeded.
  await endWithCode(database, revisionId, 'transcode_failed', { from: ['uploaded'] });
  return revisionId;
}

async function revisionIdOf(database: CatalogDatabase, message: UploadMessage): Promise<string> {
  if ('type' in message) return message.revisionId;
  return (await registerUpload(database, uploadedObject(message))).revision.id;
}

async function endStep(
  database: CatalogDatabase,
  step: Step,
  body: unknown,
  logger: Logger,
): Promise<string | undefined> {
  const parsed = jobStateChangeSchema.safeParse(body);
  if (!parsed.success) {
    logger.error('dead letter is not a job event', { body });
    return undefined;
  }
  const { revisionId, attemptId } = parsed.data.detail.userMetadata;
  await endWithStep(database, { revisionId, attemptId, step });
  return revisionId;
}
