import type { Logger } from '@aws-lambda-powertools/logger';
import type { S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { encodePrefix, revisionPrefix } from '../contracts/output-layout.ts';
import { deleteBelow } from '../runtime/delete-objects.ts';

export interface OrphanedOutputContext {
  readonly database: CatalogDatabase;
  /** Needs `s3:ListBucket` and `s3:DeleteObject` below `v/` of the output bucket. */
  readonly s3: S3Client;
  readonly outputBucket: string;
  readonly logger: Logger;
}

/**
 * Removes output that no video uses: everything of a revision that was deleted or superseded while its job or a step was
 * running, or the output of an attempt that another one has replaced. A superseded revision that was ready before stays: it
 * is served until its grace ends.
 *
 * @param attemptId attempt of the job that has ended, if the event of a job is the reason
 */
export async function removeOrphanedOutput(
  context: OrphanedOutputContext,
  revisionId: string,
  attemptId?: string,
): Promise<void> {
  const { database, s3, outputBucket, logger } = context;
  const revision = (await findRevision(database, revisionId))?.revision;
  if (revision === undefined) return;
  const location = { videoId: revision.videoId, revision: revision.number };
  const { status, supersededAt } = revision;
  const isUnused = status === 'deleted' || (status === 'superseded' && supersededAt === null);
  if (!isUnused && (attemptId === undefined || attemptId === revision.attemptId)) return;
  const prefix =
    isUnused || attemptId === undefined ? revisionPrefix(location) : encodePrefix({ ...location, attemptId });
  const objects = await deleteBelow(s3, outputBucket, prefix);
  if (objects > 0) logger.info('orphaned output removed', { revisionId, prefix, objects });
}
