import type { CatalogDatabase } from '../../catalog/database.ts';
import { markDeleted, findDeletionScope } from '../../catalog/videos/mark-deleted.ts';
import type { RemovalMessage } from '../contracts/removal-message.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

/**
 * Has everything of a video removed. The message alone does it, so that a crash after it loses nothing; the catalog is
 * changed here too, only so that the video is gone for whoever asks next.
 */
export async function requestRemoval(
  { database, sendRemoval }: { readonly database: CatalogDatabase; readonly sendRemoval: SendToQueue<RemovalMessage> },
  videoId: string,
): Promise<void> {
  const part = await findDeletionScope(database, videoId);
  if (part === undefined) return;
  await sendRemoval(part);
  await markDeleted(database, part);
}
