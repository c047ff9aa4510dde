import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CatalogDatabase } from '../../catalog/database.ts';
import { markDeleted, findDeletionScope } from '../../catalog/videos/mark-deleted.ts';
import type { RemovalMessage } from '../contracts/removal-message.ts';

/** Puts a message into the removals queue. */
export type SendRemoval = (removal: RemovalMessage) => Promise<void>;

/** Takes `sqs:SendMessage` on that queue: `removal.work.grantSend(fn, …)`. */
export function sendRemovalTo(sqs: SQSClient, removalsQueueUrl: string): SendRemoval {
  return async (removal) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: removalsQueueUrl, MessageBody: JSON.stringify(removal) }));
  };
}

/**
 * Has everything of a video removed. The message alone does it, so that a crash after it loses nothing; the catalog is
 * changed here too, only so that the video is gone for whoever asks next.
 */
export async function requestRemoval(
  { database, sendRemoval }: { readonly database: CatalogDatabase; readonly sendRemoval: SendRemoval },
  videoId: string,
): Promise<void> {
  const part = await findDeletionScope(database, videoId);
  if (part === undefined) return;
  await sendRemoval(part);
  await markDeleted(database, part);
}
