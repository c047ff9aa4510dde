import type { CatalogDatabase } from '../../catalog/database.ts';
import { findRevision } from '../../catalog/revisions/find-revision.ts';
import { hasNewerUpload } from '../../catalog/revisions/register-upload.ts';
import { reopenForRetry } from '../../catalog/revisions/reopen-for-retry.ts';
import { ENDED_STATUSES } from '../../catalog/schema/revision-status.ts';
import type { UploadRetry } from '../contracts/upload-message.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

export type RetryResult =
  /** The upload is being processed again. */
  | 'retried'
  /** The upload is already being processed, for instance after an earlier retry. */
  | 'running'
  /** The upload ended in another status than `failed`. */
  | 'not_failed'
  /** A newer upload of the same key has replaced this one. */
  | 'replaced'
  | 'not_found';

/**
 * Returns whether a retry of a revision would do something.
 *
 * @returns the time of the failure to retry, or why there is none
 */
export async function findRetryableFailure(
  database: CatalogDatabase,
  revisionId: string,
): Promise<Date | Exclude<RetryResult, 'retried'>> {
  const found = await findRevision(database, revisionId);
  if (found === undefined) return 'not_found';
  const { status, endedAt } = found.revision;
  if (!ENDED_STATUSES.has(status)) return 'running';
  if (status !== 'failed' || endedAt === null) return 'not_failed';
  return (await hasNewerUpload(database, found.revision)) ? 'replaced' : endedAt;
}

/**
 * Retries a failed upload. The message alone is enough, so a crash after it loses nothing; the catalog is updated here
 * as well so that the next request sees the new status.
 */
export async function retryUpload(
  { database, sendRetry }: { readonly database: CatalogDatabase; readonly sendRetry: SendToQueue<UploadRetry> },
  revisionId: string,
): Promise<RetryResult> {
  const endedAt = await findRetryableFailure(database, revisionId);
  if (!(endedAt instanceof Date)) return endedAt;
  await sendRetry({ type: 'upload-retry', revisionId, failedAt: endedAt.toISOString() });
  await reopenForRetry(database, { revisionId, failedAt: endedAt });
  return 'retried';
}
