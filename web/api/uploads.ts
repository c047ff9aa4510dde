import type { NewUpload, PartUrls, Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { callApi } from './call-api.ts';
import { retryThroughOutages as retry } from './retry-policy.ts';

/**
 * Makes the upload, or finds it where an announcement of the same key has made it.
 *
 * @param idempotencyKey the same for every try of one file, so that none announces it twice
 */
export function createUpload(upload: NewUpload, idempotencyKey: string, signal?: AbortSignal): Promise<Upload> {
  return callApi('/uploads', {
    method: 'POST',
    body: upload,
    idempotencyKey,
    retry,
    ...(signal === undefined ? {} : { signal }),
  });
}

/* What follows is waited for through outages when there is a signal that can end the waiting. */

export function getUpload(uploadId: string, signal?: AbortSignal): Promise<Upload> {
  return callApi(`/uploads/${uploadId}`, signal === undefined ? {} : { signal, retry });
}

export function getPartUrls(uploadId: string, partNumbers: readonly number[], signal: AbortSignal): Promise<PartUrls> {
  return callApi(`/uploads/${uploadId}/parts`, { method: 'POST', body: { partNumbers }, signal, retry });
}

/** Completing twice is the same as once. */
export function completeUpload(uploadId: string, signal?: AbortSignal): Promise<Video> {
  return callApi(`/uploads/${uploadId}/complete`, { method: 'POST', ...(signal === undefined ? {} : { signal, retry }) });
}
