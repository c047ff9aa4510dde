import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { videoChangeSchema, videoSchema } from '../../contracts/api/video.ts';
import { findManagedVideo, presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse, jsonBody } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';
import { ProblemError } from '../problems.ts';

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
    await findManagedVideo(services, user, videoId);
    const isUpdated = await updateVideo(services.database, videoId, c.req.valid('json'));
    if (!isUpdated) throw new ProblemError('video_not_found');
    return c.json(await presentVideoFor(services, user, videoId), 200);
  },
);
