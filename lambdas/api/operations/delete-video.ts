import { requireDeletableVideo } from '../find-video-for.ts';
import { defineOperation } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';

export const deleteVideoOperation = defineOperation(
  {
    method: 'delete',
    path: '/api/videos/{videoId}',
    operationId: 'deleteVideo',
    summary: 'Delete a video',
    description:
      'The video is unavailable at once. Its file, its renditions, its data and its cached copies are removed ' +
      'within minutes. Repeating the request is harmless.',
    tags: ['Videos'],
    access: 'viewer',
    request: { params: videoParameters },
    responses: { 204: { description: 'The video was deleted' } },
    problems: ['forbidden', 'video_not_found'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { videoId } = c.req.valid('param');
    await requireDeletableVideo(services, user, videoId);
    await services.deleteVideo(videoId);
    services.logger.info('video deleted', { videoId, userId: user.id });
    return c.body(null, 204);
  },
);
