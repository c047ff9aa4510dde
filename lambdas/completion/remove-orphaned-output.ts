import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { Revision, VideoRow } from '../../catalog/schema/index.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { encodePrefix, revisionPrefix, sourcePrefix } from '../contracts/output-layout.ts';
import { deleteBelow } from '../runtime/delete-objects.ts';

export interface OrphanedOutputContext {
  readonly database: CatalogDatabase;
  /** Needs `s3:ListBucket` and `s3:DeleteObject` below `v/` of the output bucket. */
  readonly s3: S3Client;
  readonly outputBucket: string;
  readonly logger: Logger;
}

/**
 * Removes output that no video uses: everything of a revision that was rejected, or deleted or superseded while its job or a step
 * was running, or the output of an attempt that another one has replaced. A superseded revision that was ready before stays: it
 * is served until its grace ends, as does the index of one whose source plays.
 *
 * @param attemptId attempt of the job that has ended, if the event of a job is the reason
 */
export async function removeOrphanedOutput(
  context: OrphanedOutputContext,
  revisionId: string,
  attemptId?: string,
): Promise<void> {
  const { database, s3, outputBucket, logger } = context;
  const found = await findRevision(database, revisionId);
  if (found === undefined) return;
  const { video, revision } = found;
  const location = { videoId: revision.videoId, revision: revision.number };
  const { status, supersededAt } = revision;
  const isUnused = status === 'deleted' || status === 'rejected' || (status === 'superseded' && supersededAt === null);
  if (!isUnused && (attemptId === undefined || attemptId === revision.attemptId)) return;
  const prefix =
    isUnused || attemptId === undefined ? revisionPrefix(location) : encodePrefix({ ...location, attemptId });
  const kept = status === 'superseded' && playsSource(video, revision) ? sourcePrefix(location) : undefined;
  const objects = await deleteBelow(s3, outputBucket, prefix, kept);
  if (objects > 0) logger.info('orphaned output removed', { revisionId, prefix, objects });
}

/** Returns whether viewers may still play the source of a superseded revision. */
function playsSource({ justInTimeRevisionId }: VideoRow, { id, sourceSupersededAt, retiredAt }: Revision): boolean {
  return retiredAt === null && (justInTimeRevisionId === id || sourceSupersededAt !== null);
}
