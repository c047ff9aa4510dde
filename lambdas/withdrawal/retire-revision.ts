import type { S3Client } from '@aws-sdk/client-s3';
import type { CatalogDatabase } from '../../catalog/database.ts';
import type { ServedRevision } from '../../catalog/revisions/find-served-revisions.ts';
import { markRetired } from '../../catalog/revisions/mark-retired.ts';
import { unpublishObjects } from '../chain/tag-objects.ts';
import { ARCHIVED_TAG, revisionPrefix } from '../contracts/output-layout.ts';
import { deleteBelow } from '../runtime/delete-objects.ts';
import type { Invalidate } from '../runtime/invalidate-paths.ts';
import { listObjects } from '../runtime/list-objects.ts';

/** Whether the objects of a retired revision are deleted, or kept in an archive that nobody can read directly. */
export type AfterGrace = 'delete' | 'archive';

export interface RetireContext {
  readonly database: CatalogDatabase;
  /** Needs `s3:ListBucket`, `s3:DeleteObject` and both tagging permissions below `v/` of the output bucket. */
  readonly s3: S3Client;
  readonly outputBucket: string;
  readonly invalidate: Invalidate;
  readonly afterGrace: AfterGrace;
}

/**
 * Retires a superseded revision whose grace has ended: unpublishes its objects, invalidates its path at the edge, and
 * deletes or archives the objects. Those of a failed one, which nobody could watch, are only deleted. It is recorded last,
 * so that an interrupted call is repeated as a whole.
 *
 * @param reference the same for each attempt
 */
export async function retireRevision(
  { database, s3, outputBucket, invalidate, afterGrace }: RetireContext,
  videoId: string,
  { id, number, attemptId, graceEndsAt }: ServedRevision,
  reference: string,
): Promise<void> {
  const prefix = revisionPrefix({ videoId, revision: number });
  const wasServed = graceEndsAt !== null;
  // An index without renditions can be made again from its source.
  const isArchived = wasServed && attemptId !== null && afterGrace === 'archive';
  if (wasServed) {
    const keys = (await listObjects(s3, outputBucket, prefix)).map(({ key }) => key);
    await unpublishObjects(s3, outputBucket, keys, isArchived ? ARCHIVED_TAG : undefined);
    await invalidate(`/${prefix}*`, `${reference}-${number}`);
  }
  if (!isArchived) await deleteBelow(s3, outputBucket, prefix);
  await markRetired(database, id);
}
