import type { CatalogDatabase } from '../../catalog/database.ts';
import { findDeletionScope, markDeleted } from '../../catalog/videos/mark-deleted.ts';
import type { RemovalMessage } from '../contracts/removal-message.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

/**
 * Requests the removal of a video. The message alone suffices, so that a crash after it loses nothing; marking the video
 * as deleted here too only makes it unavailable at once. Nothing is sent if all of the video has been removed.
 */
export async function requestRemoval(
  { database, sendRemoval }: { readonly database: CatalogDatabase; readonly sendRemoval: SendToQueue<RemovalMessage> },
  videoId: string,
): Promise<void> {
  const found = await findDeletionScope(database, videoId);
  if (found === undefined || found.isRemoved) return;
  const { isRemoved: _, ...scope } = found;
  await sendRemoval(scope);
  await markDeleted(database, scope);
}
