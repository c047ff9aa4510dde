import { UNFINISHED_STATUSES } from '../../../catalog/schema/video-status.ts';
import { videoSchema } from '../../contracts/api/video.ts';
import { presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';

export const getVideoOperation = defineOperation(
  {
    method: 'get',
    path: '/api/videos/{videoId}',
    operationId: 'getVideo',
    summary: 'Get a video with its steps, its renditions and the technical data of its file',
    tags: ['Videos'],
    access: 'optional',
    keptAtEdge: true,
    request: { params: videoParameters },
    responses: { 200: jsonResponse('The video', videoSchema) },
    problems: ['video_not_found'],
  },
  async (c) => {
    const video = await presentVideoFor(c.var.services, c.var.user, c.req.valid('param').videoId);
    // Its progress would not invalidate the response.
    if (UNFINISHED_STATUSES.some((status) => status === video.status)) c.set('keptAtEdge', false);
    return c.json(video, 200);
  },
);
