import type { NewUpload, PartUrls, Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { callApi } from './request.ts';

/** @param idempotencyKey the same for every try of one file, so that none announces it twice */
export const announceUpload = (upload: NewUpload, idempotencyKey: string, signal: AbortSignal): Promise<Upload> =>
  callApi('/uploads', { method: 'POST', body: upload, idempotencyKey, signal });

export const getUpload = (uploadId: string, signal?: AbortSignal): Promise<Upload> =>
  callApi(`/uploads/${uploadId}`, signal === undefined ? {} : { signal });

export const getPartUrls = (uploadId: string, partNumbers: readonly number[], signal: AbortSignal): Promise<PartUrls> =>
  callApi(`/uploads/${uploadId}/parts`, { method: 'POST', body: { partNumbers }, signal });

export const completeUpload = (uploadId: string, signal: AbortSignal): Promise<Video> =>
  callApi(`/uploads/${uploadId}/complete`, { method: 'POST', signal });

export const abandonUpload = (uploadId: string): Promise<void> => callApi(`/uploads/${uploadId}`, { method: 'DELETE' });
