import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { videoChangeSchema, videoSchema } from '../../contracts/api/video.ts';
import { findManagedVideo, presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse, jsonBody } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';
import { ProblemError } from '../problems.ts';

/** Longer than a request can take: the function has a timeout of 29 seconds. */
const MAX_REQUEST_SECONDS = 30;

export const editVideoOperation = defineOperation(
  {
    method: 'patch',
    path: '/api/videos/{videoId}',
    operationId: 'editVideo',
    summary: 'Change the title, the description or the visibility',
    tags: ['Videos'],
    access: 'viewer',
    request: { params: videoParameters, body: jsonBody(videoChangeSchema, { visibility: 'shared' }) },
    responses: { 200: jsonResponse('The changed video', videoSchema) },
    problems: ['forbidden', 'video_not_found'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { videoId } = c.req.valid('param');
    const change = c.req.valid('json');
    const { video } = await findManagedVideo(services, user, videoId);
    const wasPublic = video.visibility === 'public';
    const isPublic = (change.visibility ?? video.visibility) === 'public';
    // If this function ends between the change and the second message, visitors still lose the video within a minute.
    if (wasPublic && !isPublic) await services.refreshVisitorsView(videoId, MAX_REQUEST_SECONDS);
    const isUpdated = await updateVideo(services.database, videoId, change);
    if (!isUpdated) throw new ProblemError('video_not_found');
    if (wasPublic || isPublic) await services.refreshVisitorsView(videoId);
    return c.json(await presentVideoFor(services, user, videoId), 200);
  },
);
