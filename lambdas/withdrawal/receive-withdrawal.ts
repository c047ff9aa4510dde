import type { Logger } from '@aws-lambda-powertools/logger';
import type { SQSRecord } from 'aws-lambda';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { findServedRevisions, type ServedRevision, type ServedVideo } from '../../catalog/revisions/find-served-revisions.ts';
import { changePublication, findPublication, settlePublication } from '../../catalog/videos/publication.ts';
import { publishObjects, unpublishObjects } from '../chain/tag-objects.ts';
import { writePointer } from '../chain/write-pointer.ts';
import { keptPathsOf } from '../contracts/kept-paths.ts';
import { encodePrefix, indexKey, revisionPrefix, videoPrefix } from '../contracts/output-layout.ts';
import { type PublicationMessage, withdrawalInboxSchema } from '../contracts/withdrawal-message.ts';
import type { Invalidate } from '../runtime/invalidate-paths.ts';
import { listObjects } from '../runtime/list-objects.ts';
import type { ScheduleGraceEnd } from './grace-schedules.ts';
import { type RetireContext, retireRevision } from './retire-revision.ts';

export interface ReceiveWithdrawalContext extends RetireContext {
  readonly scheduleGraceEnd: ScheduleGraceEnd;
  /** Invalidates paths without a repetition. */
  readonly invalidateOnce: Invalidate;
  /** Time for which a superseded revision stays served, in minutes. */
  readonly graceMinutes: number;
  readonly logger: Logger;
}

/** Changes of a video's publication that one call follows; the next delivery of the message follows the others. */
const MAX_PASSES = 5;

/** A video kept being withdrawn and published during the call. */
export class PublicationChangingError extends Error {
  override readonly name = 'PublicationChangingError';
  readonly code = 'publication_changing';
  readonly retryable = true;
}

/**
 * Brings the objects of a video into the state that the catalog demands: unpublished if it is withdrawn, and published
 * again after that; retires superseded revisions whose grace has ended, and schedules the end of the others.
 *
 * A message never says what to do, except that one about a withdrawal also makes that change if its sender crashed before
 * it did. Any message may therefore arrive repeatedly, late or out of order. After tagging, the number of the publication is
 * read again: of several calls at once the last one to end thus leaves the newest state, and one that was interrupted is
 * delivered again.
 *
 * What the edge keeps of the API's responses is invalidated first, after the change in the catalog.
 *
 * Every message about the current publication makes the same invalidation, and none does anything once that is accepted.
 * Any other pass may follow objects that this message's calls published after it, so it makes its own.
 *
 * The encodes of revisions in progress are left alone. Nobody knows their path before they are ready, and then `video.ready` leads
 * here. Their source may already play, so its index is published and unpublished like everything else.
 *
 * @throws Error if a retry can help: CloudFront runs at most 15 invalidations of whole videos at once
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-invalidations
 */
export async function receiveWithdrawal(
  context: ReceiveWithdrawalContext,
  { body, messageId }: Pick<SQSRecord, 'body' | 'messageId'>,
): Promise<void> {
  const { database, graceMinutes, logger } = context;
  const message = withdrawalInboxSchema.parse(JSON.parse(body));
  if (message.type === 'invalidation-repeat') return context.invalidateOnce(message.paths, message.reference);
  const { videoId } = message;
  if (message.type === 'publication') {
    await changePublication(database, message);
    if (await isSettled(database, message)) return;
  }
  const cause = message.type === 'publication' ? `publication-${videoId}-${message.publication}` : messageId;
  if (message.type !== 'grace-ended') await context.invalidate(keptPathsOf(videoId), `${cause}-kept`);
  if (message.type === 'visitors-view-changed') return;
  let found = await findServedRevisions(database, videoId, graceMinutes);
  let isChanged = message.type === 'publication' || message.type === 'tags-disagree';
  for (let pass = 1; found !== undefined; pass += 1) {
    if (pass > MAX_PASSES) throw new PublicationChangingError(`Video ${videoId} is withdrawn and published repeatedly.`);
    const { publication } = found;
    const isOwn = pass === 1 && message.type === 'publication' && message.publication === publication;
    const reference = isOwn ? cause : `${messageId}-${publication}`;
    await applyPublication(context, videoId, found, isChanged, reference);
    const after = await findServedRevisions(database, videoId, graceMinutes);
    if (isChanged && after !== undefined) {
      for (const ended of findEndedMeanwhile(found, after)) {
        await retireRevision(context, videoId, ended, `${messageId}-${publication}-again`);
      }
    }
    if (after?.publication === publication) break;
    isChanged = true;
    found = after;
  }
  // Nothing of a deleted video plays.
  if (found === undefined) await writePointer(context, videoId);
  if (found !== undefined && isChanged) await settlePublication(database, { videoId, publication: found.publication });
  logger.info('publication applied', { videoId, withdrawn: found?.withdrawn, publication: found?.publication });
}

/** Returns whether the objects and the edge follow the publication of a message, and no later one exists. */
async function isSettled(database: CatalogDatabase, message: PublicationMessage): Promise<boolean> {
  const known = await findPublication(database, message.videoId);
  return known !== undefined && known.publication === message.publication && known.isSettled;
}

/** @param isChanged whether the objects may have to be published */
async function applyPublication(
  context: ReceiveWithdrawalContext,
  videoId: string,
  { withdrawn, revisions }: ServedVideo,
  isChanged: boolean,
  reference: string,
): Promise<void> {
  const { s3, outputBucket, invalidate, scheduleGraceEnd } = context;
  const keysBelow = async (prefix: string): Promise<string[]> =>
    (await listObjects(s3, outputBucket, prefix)).map(({ key }) => key);
  if (withdrawn) {
    // One object ends all playlists at the permanent address.
    await writePointer(context, videoId);
    for (const { number: revision, attemptId, graceEndsAt } of revisions) {
      const isInProgress = attemptId === null && graceEndsAt === null;
      const keys = isInProgress ? [indexKey({ videoId, revision })] : await keysBelow(revisionPrefix({ videoId, revision }));
      await unpublishObjects(s3, outputBucket, keys);
    }
    await invalidate(`/${videoPrefix(videoId)}*`, reference);
  }
  for (const revision of revisions) {
    const { number, attemptId, isIndexed, graceEndsAt, isOverdue } = revision;
    if (isOverdue) {
      await retireRevision(context, videoId, revision, reference);
      continue;
    }
    if (!withdrawn && isChanged) {
      if (attemptId !== null) await publishObjects(s3, outputBucket, await keysBelow(encodePrefix({ videoId, revision: number, attemptId })));
      if (isIndexed) await publishObjects(s3, outputBucket, [indexKey({ videoId, revision: number })]);
    }
    if (graceEndsAt !== null) await scheduleGraceEnd(revision, graceEndsAt, { type: 'grace-ended', videoId });
  }
  if (!withdrawn) await writePointer(context, videoId);
}

/**
 * Returns the revisions whose grace ended while they were being published: another call may have retired them before this
 * one published their last object.
 */
function findEndedMeanwhile(before: ServedVideo, after: ServedVideo): ServedRevision[] {
  const isServed = ({ id }: ServedRevision): boolean =>
    after.revisions.some((revision) => revision.id === id && !revision.isOverdue);
  return before.revisions.filter((revision) => !revision.isOverdue && !isServed(revision));
}
