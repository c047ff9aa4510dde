import type { CatalogDatabase } from '../../catalog/database.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { hasNewerUpload } from '../../catalog/revisions/register-upload.ts';
import { reopenForRetry } from '../../catalog/revisions/reopen-for-retry.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import type { UploadRetry } from '../contracts/upload-message.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

export type Retry =
  /** It is on its way once more. */
  | 'retried'
  /** It is on its way already, as when somebody else has asked before. */
  | 'running'
  /** It ended in another way than by a fault of ours. */
  | 'not_failed'
  /** The same key was uploaded again, and that upload has taken its place. */
  | 'replaced'
  | 'not_found';

/**
 * Tries a failed upload again. The message alone does it, so that a crash after it loses nothing; the catalog is changed
 * here too, only so that whoever asks next sees it.
 */
export async function retryUpload(
  { database, sendRetry }: { readonly database: CatalogDatabase; readonly sendRetry: SendToQueue<UploadRetry> },
  revisionId: string,
): Promise<Retry> {
  const found = await findRevision(database, revisionId);
  if (found === undefined) return 'not_found';
  const { status, endedAt } = found.revision;
  if (!ENDED_STATUSES.has(status)) return 'running';
  if (status !== 'failed' || endedAt === null) return 'not_failed';
  if (await hasNewerUpload(database, found.revision)) return 'replaced';
  await sendRetry({ type: 'upload-retry', revisionId, failedAt: endedAt.toISOString() });
  await reopenForRetry(database, { revisionId, failedAt: endedAt });
  return 'retried';
}
