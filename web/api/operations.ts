import type { Changes } from '../../lambdas/contracts/api/change.ts';
import type { Session, SignIn } from '../../lambdas/contracts/api/session.ts';
import type { NewUpload, PartUrls, Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video, VideoChange, VideoList, VideoStatus } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { callApi } from './call-api.ts';
import { retryThroughOutages } from './retry-policy.ts';

interface ListQuery {
  readonly search: string;
  /** Empty for all. */
  readonly statuses: readonly VideoStatus[];
}

const PAGE_SIZE = 24;

function addQuery(path: string, query: Record<string, string | number | null>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, `${value}`]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
}

export function getSignIn(): Promise<SignIn> {
  return callApi('/sign-in', { anonymous: true });
}

export function getSession(): Promise<Session> {
  return callApi('/session');
}

export function listVideos(
  { search, statuses }: ListQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<VideoList> {
  return callApi(
    addQuery('/videos', { search, status: statuses.join(','), cursor, limit: PAGE_SIZE }),
    signal === undefined ? {} : { signal },
  );
}

export function getVideo(videoId: string): Promise<Video> {
  return callApi(`/videos/${encodeURIComponent(videoId)}`);
}

export function changeVideo(videoId: string, change: VideoChange): Promise<Video> {
  return callApi(`/videos/${videoId}`, { method: 'PATCH', body: change });
}

export function deleteVideo(videoId: string): Promise<void> {
  return callApi(`/videos/${videoId}`, { method: 'DELETE' });
}

export function withdrawVideo(videoId: string): Promise<Video> {
  return callApi(`/videos/${videoId}/withdraw`, { method: 'POST' });
}

export function publishVideo(videoId: string): Promise<Video> {
  return callApi(`/videos/${videoId}/publish`, { method: 'POST' });
}

export function retryVideo(videoId: string): Promise<Video> {
  return callApi(`/videos/${videoId}/retry`, { method: 'POST', idempotencyKey: crypto.randomUUID() });
}

/** @param expiresInSeconds null for the default, which depends on the video's duration */
export function getPlayback(videoId: string, expiresInSeconds: number | null = null): Promise<Playback> {
  return callApi(addQuery(`/videos/${encodeURIComponent(videoId)}/playback`, { expiresInSeconds }));
}

/** @param cursor null to get the current cursor without any changes */
export function getChanges(cursor: string | null): Promise<Changes> {
  return callApi(addQuery('/changes', { cursor }));
}

/**
 * Creates an upload, or returns the one created earlier with the same key.
 *
 * @param idempotencyKey the same for every attempt at one file, so that only one upload is created
 */
export function createUpload(upload: NewUpload, idempotencyKey: string, signal?: AbortSignal): Promise<Upload> {
  return callApi('/uploads', {
    method: 'POST',
    body: upload,
    idempotencyKey,
    retry: retryThroughOutages,
    ...(signal === undefined ? {} : { signal }),
  });
}

/* The calls below are retried through outages only if a signal can abort them. */

export function getUpload(uploadId: string, signal?: AbortSignal): Promise<Upload> {
  return callApi(`/uploads/${uploadId}`, signal === undefined ? {} : { signal, retry: retryThroughOutages });
}

export function getPartUrls(uploadId: string, partNumbers: readonly number[], signal: AbortSignal): Promise<PartUrls> {
  return callApi(`/uploads/${uploadId}/parts`, {
    method: 'POST',
    body: { partNumbers },
    signal,
    retry: retryThroughOutages,
  });
}

/** Completes an upload. Idempotent. */
export function completeUpload(uploadId: string, signal?: AbortSignal): Promise<Video> {
  return callApi(`/uploads/${uploadId}/complete`, {
    method: 'POST',
    ...(signal === undefined ? {} : { signal, retry: retryThroughOutages }),
  });
}
