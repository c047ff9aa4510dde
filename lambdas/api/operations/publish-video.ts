import { videoSchema } from '../../contracts/api/video.ts';
import { findManagedVideo, presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';
import { ProblemError } from '../problems.ts';

export const publishVideoOperation = defineOperation(
  {
    method: 'post',
    path: '/api/videos/{videoId}/publish',
    operationId: 'publishVideo',
    summary: 'Publish a withdrawn video again',
    description:
      'Everyone who could see the video before its withdrawal sees it again and can play it within seconds. URLs signed ' +
      'before the withdrawal work again until they expire. Repeating the request is harmless.',
    tags: ['Videos'],
    access: 'viewer',
    request: { params: videoParameters },
    responses: { 202: jsonResponse('The published video', videoSchema) },
    problems: ['forbidden', 'video_not_found'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { videoId } = c.req.valid('param');
    await findManagedVideo(services, user, videoId);
    if (!(await services.setWithdrawn(videoId, false))) throw new ProblemError('video_not_found');
    services.logger.info('video published', { videoId, userId: user.id });
    return c.json(await presentVideoFor(services, user, videoId), 202);
  },
);
