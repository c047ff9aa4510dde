import type { Changes } from '../../lambdas/contracts/api/change.ts';
import type { Session, SignIn } from '../../lambdas/contracts/api/session.ts';
import type { Video, VideoChange, VideoList, VideoStatus } from '../../lambdas/contracts/api/video.ts';
import type { Playback } from '../../lambdas/contracts/playback.ts';
import { callApi } from './request.ts';

export interface ListQuery {
  readonly search: string;
  /** None stands for all. */
  readonly statuses: readonly VideoStatus[];
}

const PAGE_SIZE = 24;

const withQuery = (path: string, query: Record<string, string | number | null>): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, `${value}`]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
};

export const getSignIn = (): Promise<SignIn> => callApi('/sign-in', { anonymous: true });

export const getSession = (): Promise<Session> => callApi('/session');

export const listVideos = (
  { search, statuses }: ListQuery,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<VideoList> =>
  callApi(
    withQuery('/videos', { search, status: statuses.join(','), cursor, limit: PAGE_SIZE }),
    signal === undefined ? {} : { signal },
  );

export const getVideo = (videoId: string): Promise<Video> => callApi(`/videos/${encodeURIComponent(videoId)}`);

export const changeVideo = (videoId: string, change: VideoChange): Promise<Video> =>
  callApi(`/videos/${videoId}`, { method: 'PATCH', body: change });

export const deleteVideo = (videoId: string): Promise<void> => callApi(`/videos/${videoId}`, { method: 'DELETE' });

export const retryVideo = (videoId: string): Promise<Video> =>
  callApi(`/videos/${videoId}/retry`, { method: 'POST', idempotencyKey: crypto.randomUUID() });

/** @param expiresInSeconds null: as long as the API finds right for the video's length */
export const getPlayback = (videoId: string, expiresInSeconds: number | null = null): Promise<Playback> =>
  callApi(withQuery(`/videos/${encodeURIComponent(videoId)}/playback`, { expiresInSeconds }));

/** @param cursor null: no changes, only where the feed stands now */
export const getChanges = (cursor: string | null): Promise<Changes> => callApi(withQuery('/changes', { cursor }));
