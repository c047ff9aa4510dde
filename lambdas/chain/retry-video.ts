import type { VideoRow } from '../../catalog/schema/index.ts';
import type { RetryResult } from './retry-upload.ts';

export interface RetryVideoServices {
  /** Requests a retry of a failed revision. */
  readonly retryRevision: (revisionId: string) => Promise<RetryResult>;
  /** Makes the edge forget what it keeps of a video for signed-out visitors. */
  readonly refreshVisitorsView: (videoId: string) => Promise<void>;
}

/** Retries the newest upload of a video if it failed, and lets signed-out visitors of a public video see that. */
export async function retryVideo(
  { retryRevision, refreshVisitorsView }: RetryVideoServices,
  { id, status, latestRevisionId, visibility }: Pick<VideoRow, 'id' | 'status' | 'latestRevisionId' | 'visibility'>,
): Promise<RetryResult> {
  if (status !== 'failed' || latestRevisionId === null) return 'not_failed';
  const result = await retryRevision(latestRevisionId);
  if (visibility === 'public' && (result === 'retried' || result === 'running')) await refreshVisitorsView(id);
  return result;
}
