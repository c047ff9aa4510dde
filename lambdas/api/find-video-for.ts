import { findVideo } from '../../catalog/videos/find-video.ts';
import { findVideoOverview, type VideoOverview } from '../../catalog/videos/video-overview.ts';
import { maySee } from '../../catalog/videos/viewer.ts';
import type { Video } from '../contracts/api/video.ts';
import { mayManage, viewerOf, type User } from './user.ts';
import { presentVideo } from './present-video.ts';
import { ProblemError } from './problems.ts';
import type { ApiServices } from './services.ts';

/** @throws ProblemError `video_not_found`, also where the video is only not theirs to see */
export async function showVideo(
  { database, posterUrls }: ApiServices,
  person: User | undefined,
  videoId: string,
): Promise<Video> {
  const found = await findVideo(database, videoId);
  if (found === undefined || !maySee(viewerOf(person), found.video)) throw new ProblemError('video_not_found');
  return presentVideo(found, person, posterUrls);
}

/** @throws ProblemError `video_not_found`, or `forbidden` where they may see but not manage it */
export async function findManaged({ database }: ApiServices, person: User, videoId: string): Promise<VideoOverview> {
  const row = await findVideoOverview(database, videoId);
  if (row === undefined || !maySee(viewerOf(person), row.video)) throw new ProblemError('video_not_found');
  if (!mayManage(person, row.video)) throw new ProblemError('forbidden');
  return row;
}

/**
 * As `findManaged`, and also what was deleted before: a deletion that was broken off can be repeated.
 *
 * @throws ProblemError `video_not_found` or `forbidden`
 */
export async function findDeletable(services: ApiServices, person: User, videoId: string): Promise<void> {
  const row = await findVideoOverview(services.database, videoId);
  if (row?.video.status === 'deleted' && mayManage(person, row.video)) return;
  await findManaged(services, person, videoId);
}
