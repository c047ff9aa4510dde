import type { Changes } from '../../lambdas/contracts/api/change.ts';
import type { Session, SignIn } from '../../lambdas/contracts/api/session.ts';
import type { Video, VideoChange, VideoList, VideoStatus } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { callApi } from './call-api.ts';

export interface ListQuery {
  readonly search: string;
  /** None stands for all. */
  readonly statuses: readonly VideoStatus[];
}

const PAGE_SIZE = 24;

function withQuery(path: string, query: Record<string, string | number | null>): string {
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
    withQuery('/videos', { search, status: statuses.join(','), cursor, limit: PAGE_SIZE }),
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

export function retryVideo(videoId: string): Promise<Video> {
  return callApi(`/videos/${videoId}/retry`, { method: 'POST', idempotencyKey: crypto.randomUUID() });
}

/** @param expiresInSeconds null: as long as the API finds right for the video's length */
export function getPlayback(videoId: string, expiresInSeconds: number | null = null): Promise<Playback> {
  return callApi(withQuery(`/videos/${encodeURIComponent(videoId)}/playback`, { expiresInSeconds }));
}

/** @param cursor null: no changes, only where the feed stands now */
export function getChanges(cursor: string | null): Promise<Changes> {
  return callApi(withQuery('/changes', { cursor }));
}
