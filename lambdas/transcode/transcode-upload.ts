import {
  BadRequestException,
  CreateJobCommand,
  type MediaConvertClient,
  MediaConvertServiceException,
  ProbeCommand,
  type ProbeResult,
} from '@aws-sdk/client-mediaconvert';
import type { S3Client } from '@aws-sdk/client-s3';
import type { EndCodeName } from '../contracts/end-codes.ts';
import { countStart, uncountStart } from '../../catalog/revisions/count-start.ts';
import { awaitNextAttempt } from '../../catalog/revisions/await-next-attempt.ts';
import { releaseAttempt } from '../../catalog/revisions/claim-attempt.ts';
import { supersedeRevision } from '../../catalog/revisions/end-revision.ts';
import { endWithCode } from '../chain/end-with-code.ts';
import { recordJob } from '../../catalog/revisions/record-job.ts';
import { findRevision, type RegisteredRevision } from '../../catalog/revisions/find-revision.ts';
import { hasNewerUpload, registerUpload } from '../../catalog/revisions/register-upload.ts';
import { reopenForRetry } from '../../catalog/revisions/reopen-for-retry.ts';
import { supersedeOlder } from '../../catalog/revisions/supersede-older.ts';
import type { Revision } from '../../catalog/schema/index.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import type { ObjectCreated } from '../contracts/object-created.ts';
import { isFolderMarker, isSystemFile } from '../contracts/system-files.ts';
import type { NextAttempt, UploadMessage, UploadRetry } from '../contracts/upload-message.ts';
import type { CompletionMessage } from '../contracts/completion-messages.ts';
import { cancelJob } from '../chain/cancel-job.ts';
import { sweepRevision } from '../chain/sweep-revision.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';
import { deleteVersion } from '../runtime/delete-objects.ts';
import { ClaimTakenError, PriceCapError, UploadRejectedError } from '../chain/errors.ts';
import { wasStartedTooOften } from '../chain/max-starts.ts';
import { isPassingError } from '../runtime/is-passing-error.ts';
import type { SetJobDeadline } from '../chain/job-deadlines.ts';
import { headCurrent, headVersion, type ObjectHead, type ObjectVersion } from '../runtime/object-version.ts';
import { s3ByteSource } from './s3-byte-source.ts';
import { uploadedObject } from '../chain/uploaded-object.ts';
import { type ClaimContext, type ClaimedJob, claimJob, type InspectedUpload } from './claim-job.ts';
import { inspectSource } from './inspect-source.ts';
import { indexSource } from './index-source.ts';
import { planEncode } from './plan-encode.ts';

export interface TranscodeContext extends ClaimContext {
  /** Deliveries of the message by its queue. @default unknown */
  readonly receiveCount?: number;
  readonly s3: S3Client;
  readonly mediaConvert: MediaConvertClient;
  readonly sendToCompletion: SendToQueue<CompletionMessage>;
  readonly setDeadline: SetJobDeadline;
  readonly maxShortSide: number;
}

/**
 * Processes one upload, from its event, a retry or the end of a failed attempt, until its job is submitted or it is
 * rejected. The same message may arrive again at any time, including after a crash between any two statements; an upload
 * that was started too often fails.
 *
 * @throws Error if a retry can help
 */
export async function transcodeUpload(context: TranscodeContext, message: UploadMessage): Promise<void> {
  const upload = 'type' in message ? await reopenUpload(context, message) : await registerObject(context, message);
  if (upload === undefined) return;
  const { revision } = upload.registered;
  context.logger.appendKeys({ videoId: revision.videoId, revisionId: revision.id });

  if (revision.status === 'uploaded') {
    const starts = upload.isCounted ? 1 : await countStart(context.database, revision.id);
    const ended = wasStartedTooOften(starts, context.receiveCount) ? await endUpload(context, revision.id, 'transcode_failed') : await start(context, upload);
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
  /** Whether this start on it is counted already. */
  readonly isCounted: boolean;
}

/** Registers an object, unless it is a system file or a folder marker, which is left alone. */
async function registerObject(context: TranscodeContext, event: ObjectCreated): Promise<Upload | undefined> {
  const { s3, database, logger } = context;
  const uploaded = uploadedObject(event);
  const { key, sizeBytes } = uploaded;
  const head = isSystemFile(key) ? undefined : await headVersion(s3, uploaded);
  if (isSystemFile(key) || isFolderMarker(key, sizeBytes, head?.contentType)) {
    logger.info('object ignored: a file of a system, or the marker of a folder');
    return undefined;
  }
  const registered = await registerUpload(database, { ...uploaded, contentType: head?.contentType });
  return { registered, head, isCounted: registered.isNew };
}

/** Reopens a failed revision, or one whose attempt has failed, unless the sender of the message has done so already. */
async function reopenUpload(
  { s3, database }: TranscodeContext,
  message: UploadRetry | NextAttempt,
): Promise<Upload | undefined> {
  const { revisionId } = message;
  if (message.type === 'next-attempt') await awaitNextAttempt(database, revisionId, message.failure);
  else await reopenForRetry(database, { revisionId, failedAt: new Date(message.failedAt) });
  const registered = await findRevision(database, revisionId);
  if (registered === undefined) return undefined;
  return { registered, head: await headVersion(s3, versionOf(registered)), isCounted: false };
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
    await sweepRevision(sendToCompletion, revisionId);
  }
}

/** @returns whether the revision ended here instead of being encoded */
async function start(context: TranscodeContext, { registered, head }: Upload): Promise<boolean> {
  const { revision } = registered;
  try {
    await supersedeOlderUploads(context, revision);
    if (head === undefined) return await endUpload(context, revision.id, 'source_missing');
    if (head.isArchived) return await endUpload(context, revision.id, 'source_archived');
    return await submit(context, registered);
  } catch (error) {
    if (isPassingError(error) || error instanceof ClaimTakenError) await uncountStart(context.database, revision.id);
    throw error;
  }
}

/** @returns whether the revision ended here instead of being encoded */
async function submit(context: TranscodeContext, registered: RegisteredRevision): Promise<boolean> {
  const { database } = context;
  const { revision } = registered;
  const version = versionOf(registered);
  try {
    await index(context, registered);
    const source = s3ByteSource(context.s3, version, revision.sizeBytes ?? 0);
    const undecodable = undecodableSound(revision);
    const { facts, warnings } = await inspectSource(source, () => probe(context, version), undecodable);
    if (source.isExhausted()) context.logger.warn('source only partly inspected: it takes too many reads', { requests: source.requests });
    if (warnings.length > 0) context.logger.warn('source has warnings', { warnings });
    const plan = planEncode(facts, source.size, context.maxShortSide, undecodable);
    const inspected = { facts, warnings, plan, sizeBytes: source.size };
    const claimed = await claimJob(context, registered, inspected);
    if (claimed === undefined) {
      if (await hasNewerUpload(database, revision)) return await supersedeUpload(context, revision.id);
      throw new ClaimTakenError(revision.id);
    }
    if (await endIfReplaced(context, revision.id, version)) return true;
    await createJob(context, revision, inspected, claimed);
    return false;
  } catch (error) {
    const isRejected = error instanceof UploadRejectedError;
    const isTooDear = error instanceof PriceCapError;
    if (!isRejected && !isTooDear && !(error instanceof MediaConvertServiceException)) throw error;
    // The encoder reads the current version, which may have been replaced or deleted since.
    if (await endIfReplaced(context, revision.id, version)) return true;
    if (isRejected) return endUpload(context, revision.id, error.code, { cause: error.cause });
    if (isTooDear) return endUpload(context, revision.id, error.code, { message: error.message });
    if (!(error instanceof BadRequestException)) throw error;
    // A job that is invalid now is invalid at every retry; what the probe refuses is rejected with a code of its own.
    const message = `The encoder does not accept the settings of the job for this file: ${error.message}`;
    return endUpload(context, revision.id, 'encoder_refused', { cause: error, message });
  }
}

/** Makes the source playable just in time, if it can be, before the encoder is asked anything. */
async function index(context: TranscodeContext, registered: RegisteredRevision): Promise<void> {
  const { revision } = registered;
  // A budget of its own: the index of a file in fragments takes many reads.
  const source = s3ByteSource(context.s3, versionOf(registered), revision.sizeBytes ?? 0);
  const facts = await indexSource(context, registered, source);
  context.logger.info('source indexed', { level: facts?.level, reasons: facts?.reasons.map(({ code }) => code), requests: source.requests });
  if (facts !== undefined && facts.level !== 'none') await context.sendToCompletion({ type: 'source-playable', revisionId: revision.id });
  const now = await findRevision(context.database, revision.id);
  // A removal at the same time may have listed the objects before the index was written.
  if (now === undefined || now.revision.status === 'deleted') await sweepRevision(context.sendToCompletion, revision.id);
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
  revision: Revision,
  { plan, facts: source }: InspectedUpload,
  { attemptId, request }: ClaimedJob,
): Promise<void> {
  const { database, mediaConvert, logger } = context;
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

/** Returns the numbers of the sound tracks that earlier attempts could not decode. */
function undecodableSound({ failedAttempts }: Revision): ReadonlySet<number> {
  return new Set(failedAttempts.findLast(({ sound }) => sound !== undefined)?.sound?.leftOut);
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
  { cause, ...options }: { readonly cause?: unknown; readonly message?: string } = {},
): Promise<true> {
  logger.info('upload ended', { code, ...(cause instanceof Error ? { cause: cause.message } : {}) });
  await endWithCode(database, revisionId, code, { from: ['uploaded'], ...options });
  return true;
}

async function supersedeUpload({ database, logger }: TranscodeContext, revisionId: string): Promise<true> {
  logger.info('upload superseded');
  await supersedeRevision(database, revisionId);
  return true;
}
