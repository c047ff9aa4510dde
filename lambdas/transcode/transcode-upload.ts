import type { Logger } from '@aws-lambda-powertools/logger';
import {
  CreateJobCommand,
  type MediaConvertClient,
  MediaConvertServiceException,
  ProbeCommand,
  type ProbeResult,
} from '@aws-sdk/client-mediaconvert';
import type { S3Client } from '@aws-sdk/client-s3';
import { v7 as uuidv7 } from 'uuid';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { EndCodeName } from '../contracts/end-codes.ts';
import { claimAttempt, releaseAttempt } from '../../catalog/revisions/claim-attempt.ts';
import { supersedeRevision } from '../../catalog/revisions/end-revision.ts';
import { endWithCode } from '../chain/end-with-code.ts';
import { recordJob } from '../../catalog/revisions/record-job.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { hasNewerUpload, type RegisteredRevision, registerUpload } from '../../catalog/revisions/register-upload.ts';
import { reopenForRetry } from '../../catalog/revisions/reopen-for-retry.ts';
import { supersedeOlder } from '../../catalog/revisions/supersede-older.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import type { SourceFacts } from '../../catalog/schema/source-facts.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import type { ObjectCreated } from '../contracts/object-created.ts';
import type { UploadMessage, UploadRetry } from '../contracts/upload-message.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import { cancelJob } from '../chain/cancel-job.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';
import { deleteVersion } from '../runtime/delete-objects.ts';
import { ClaimTakenError, UploadRejectedError } from '../chain/errors.ts';
import type { SetJobDeadline } from '../chain/job-deadlines.ts';
import { headCurrent, headVersion, type ObjectHead, type ObjectVersion } from '../runtime/object-version.ts';
import { s3ByteSource } from './s3-byte-source.ts';
import { uploadedObject } from '../chain/uploaded-object.ts';
import { inspectSource } from './inspect-source.ts';
import { jobSettings } from './job-settings.ts';
import { planEncode } from './plan-encode.ts';

export interface TranscodeContext {
  /** Id of the message that is being handled. */
  readonly claimant: string;
  readonly database: CatalogDatabase;
  readonly s3: S3Client;
  readonly mediaConvert: MediaConvertClient;
  readonly sendToCompletion: SendToQueue<CompletionMessage>;
  readonly setDeadline: SetJobDeadline;
  readonly logger: Logger;
  readonly outputBucket: string;
  readonly queueArn: string;
  readonly roleArn: string;
  readonly maxShortSide: number;
}

/**
 * Processes one upload, from its event or a retry, until its job is submitted or it is rejected. The same message may
 * arrive again at any time, including after a crash between any two statements.
 *
 * @throws Error if a retry can help
 */
export async function transcodeUpload(context: TranscodeContext, message: UploadMessage): Promise<void> {
  const upload = 'type' in message ? await reopenUpload(context, message) : await registerObject(context, message);
  if (upload === undefined) return;
  const { revision } = upload.registered;
  context.logger.appendKeys({ videoId: revision.videoId, revisionId: revision.id });

  if (revision.status === 'uploaded') {
    await supersedeOlderUploads(context, revision);
    const ended =
      upload.head === undefined
        ? await endUpload(context, revision.id, 'source_missing')
        : await submit(context, upload.registered);
    if (!ended) return;
  } else if (revision.status === 'transcoding' || revision.status === 'processing') {
    // The invocation that submitted the job may have died before setting its deadline.
    await setDeadline(context, revision);
    return;
  } else if (revision.status === 'deleted') {
    await removeLateUpload(context, upload.registered);
    if (revision.publishedAt !== null) return;
  } else if (!ENDED_STATUSES.has(revision.status) || revision.publishedAt !== null) {
    return;
  }
  await context.sendToCompletion({ type: 'revision-ended', revisionId: revision.id });
}

interface Upload {
  readonly registered: RegisteredRevision;
  /** Undefined if the object was deleted. */
  readonly head: ObjectHead | undefined;
}

async function registerObject({ s3, database }: TranscodeContext, event: ObjectCreated): Promise<Upload> {
  const uploaded = uploadedObject(event);
  const head = await headVersion(s3, uploaded);
  return { registered: await registerUpload(database, { ...uploaded, contentType: head?.contentType }), head };
}

/** Reopens a failed revision, unless the API has done so already. */
async function reopenUpload({ s3, database }: TranscodeContext, retry: UploadRetry): Promise<Upload | undefined> {
  const { revisionId, failedAt } = retry;
  await reopenForRetry(database, { revisionId, failedAt: new Date(failedAt) });
  const registered = await findRevision(database, revisionId);
  if (registered === undefined) return undefined;
  return { registered, head: await headVersion(s3, versionOf(registered)) };
}

/**
 * Deletes the object of an upload whose video was already deleted, so that its revision was registered as deleted.
 * Objects that were not uploaded through the API stay: their key may become a video again.
 */
async function removeLateUpload({ s3, logger }: TranscodeContext, registered: RegisteredRevision): Promise<void> {
  if (registered.video.ownerId === null) return;
  await deleteVersion(s3, versionOf(registered));
  logger.info('upload of a deleted video removed');
}

function versionOf({ video, revision }: RegisteredRevision): ObjectVersion {
  return {
    bucket: video.bucket,
    key: video.key,
    versionId: revision.versionId ?? '',
  };
}

/**
 * Ends older unfinished uploads of the same key, whatever the outcome of this one: their encoder may read this one's bytes.
 * Completion cancels their jobs.
 */
async function supersedeOlderUploads(
  { database, sendToCompletion, logger }: TranscodeContext,
  revision: Revision,
): Promise<void> {
  if (revision.number === 1) return;
  for (const revisionId of await supersedeOlder(database, revision)) {
    logger.info('older upload superseded', { superseded: revisionId });
    await sendToCompletion({ type: 'revision-ended', revisionId });
  }
}

/** @returns whether the revision ended here instead of being encoded */
async function submit(context: TranscodeContext, registered: RegisteredRevision): Promise<boolean> {
  const { database } = context;
  const { revision } = registered;
  const version = versionOf(registered);
  try {
    const source = s3ByteSource(context.s3, version, revision.sizeBytes ?? 0);
    const facts = await inspectSource(source, () => probe(context, version));
    const plan = planEncode(facts, source.size, context.maxShortSide);
    const attemptId = uuidv7().replaceAll('-', '');
    const claim = { revisionId: revision.id, attemptId, claimant: context.claimant, source: facts, plan };
    if (!(await claimAttempt(database, claim))) {
      if (await hasNewerUpload(database, revision)) return await supersedeUpload(context, revision.id);
      throw new ClaimTakenError(revision.id);
    }
    if (await endIfReplaced(context, revision.id, version)) return true;
    await createJob(context, registered, claim);
    return false;
  } catch (error) {
    const isRejected = error instanceof UploadRejectedError;
    if (!isRejected && !(error instanceof MediaConvertServiceException)) throw error;
    // The encoder reads the current version, which may have been replaced or deleted since.
    if (await endIfReplaced(context, revision.id, version)) return true;
    if (!isRejected) throw error;
    return endUpload(context, revision.id, error.code, error.cause);
  }
}

/**
 * Ends a revision whose object was replaced: the encoder cannot pin a version, and reads the current one when it
 * starts.
 */
async function endIfReplaced(context: TranscodeContext, revisionId: string, version: ObjectVersion): Promise<boolean> {
  const current = await headCurrent(context.s3, version);
  if (current === undefined) return endUpload(context, revisionId, 'source_missing');
  return current.versionId !== version.versionId && supersedeUpload(context, revisionId);
}

async function createJob(
  context: TranscodeContext,
  { video, revision }: RegisteredRevision,
  { attemptId, plan, source }: { attemptId: string; plan: ReturnType<typeof planEncode>; source: SourceFacts },
): Promise<void> {
  const { database, mediaConvert, logger } = context;
  const request = jobSettings({
    ladder: plan,
    source: { bucket: video.bucket, key: video.key },
    outputBucket: context.outputBucket,
    queueArn: context.queueArn,
    roleArn: context.roleArn,
    metadata: { videoId: video.id, revisionId: revision.id, revision: String(revision.number), attemptId },
  });
  let jobId: string;
  try {
    const { Job } = await mediaConvert.send(new CreateJobCommand(request));
    if (Job?.Id === undefined) throw new Error('MediaConvert accepted the job without an id');
    jobId = Job.Id;
  } catch (error) {
    await releaseAttempt(database, revision.id, attemptId);
    throw error;
  }
  if (await recordJob(database, { revisionId: revision.id, attemptId, jobId })) {
    logger.info('job submitted', { jobId, attemptId, rungs: plan.rungs.map(({ name }) => name) });
    await setDeadline(context, { id: revision.id, attemptId, jobId, source });
  } else {
    // Another invocation took over the claim, or the revision ended, while the job was being created.
    logger.warn('job canceled', { jobId, attemptId });
    await cancelJob(mediaConvert, jobId);
  }
}

/** Sets the first deadline of a job. */
async function setDeadline(
  context: TranscodeContext,
  { id: revisionId, attemptId, jobId, source }: Pick<Revision, 'id' | 'attemptId' | 'jobId' | 'source'>,
): Promise<void> {
  if (attemptId === null || jobId === null) return;
  const deadline = { type: 'job-deadline', revisionId, attemptId, jobId, look: 1 } as const;
  await context.setDeadline(deadline, source?.durationMs);
}

async function probe({ mediaConvert }: TranscodeContext, { bucket, key }: ObjectVersion): Promise<ProbeResult> {
  const { ProbeResults } = await mediaConvert.send(
    new ProbeCommand({ InputFiles: [{ FileUrl: `s3://${bucket}/${key}` }] }),
  );
  return ProbeResults?.[0] ?? {};
}

async function endUpload(
  { database, logger }: TranscodeContext,
  revisionId: string,
  code: EndCodeName,
  cause?: unknown,
): Promise<true> {
  logger.info('upload ended', { code, ...(cause instanceof Error ? { cause: cause.message } : {}) });
  await endWithCode(database, revisionId, code, { from: ['uploaded'] });
  return true;
}

async function supersedeUpload({ database, logger }: TranscodeContext, revisionId: string): Promise<true> {
  logger.info('upload superseded');
  await supersedeRevision(database, revisionId);
  return true;
}
