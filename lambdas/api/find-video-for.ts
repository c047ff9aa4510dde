import { findVideo } from '../../catalog/videos/find-video.ts';
import { findVideoOverview, type VideoOverview } from '../../catalog/videos/video-overview.ts';
import { maySee } from '../../catalog/videos/viewer.ts';
import type { Video } from '../contracts/api/video.ts';
import { presentVideo } from './present-video.ts';
import { ProblemError } from './problems.ts';
import type { ApiServices } from './services.ts';
import { mayManage, type User, viewerOf } from './user.ts';

/**
 * Finds a video and presents it to the caller.
 *
 * @throws ProblemError `video_not_found` if it does not exist or is not visible to the caller
 */
export async function presentVideoFor(
  { database, posterUrls }: ApiServices,
  user: User | undefined,
  videoId: string,
): Promise<Video> {
  const found = await findVideo(database, videoId);
  if (found === undefined || !maySee(viewerOf(user), found.video)) throw new ProblemError('video_not_found');
  return presentVideo(found, user, posterUrls);
}

/**
 * Finds a video that the user may change.
 *
 * @throws ProblemError `video_not_found`, or `forbidden` if the user may see but not change it
 */
export async function findManagedVideo({ database }: ApiServices, user: User, videoId: string): Promise<VideoOverview> {
  const overview = await findVideoOverview(database, videoId);
  if (overview === undefined || !maySee(viewerOf(user), overview.video)) throw new ProblemError('video_not_found');
  if (!mayManage(user, overview.video)) throw new ProblemError('forbidden');
  return overview;
}

/**
 * Requires a video that the user may change or has deleted, so that an interrupted deletion can be repeated.
 *
 * @throws ProblemError `video_not_found` or `forbidden`
 */
export async function requireDeletableVideo(services: ApiServices, user: User, videoId: string): Promise<void> {
  const overview = await findVideoOverview(services.database, videoId);
  if (overview?.video.status === 'deleted' && mayManage(user, overview.video)) return;
  await findManagedVideo(services, user, videoId);
}
