import { retryVideo } from '../../chain/retry-video.ts';
import { videoSchema } from '../../contracts/api/video.ts';
import { executeOnce, idempotencyHeaderSchema } from '../execute-once.ts';
import { findManagedVideo, presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';
import { ProblemError } from '../problems.ts';

export const retryVideoOperation = defineOperation(
  {
    method: 'post',
    path: '/api/videos/{videoId}/retry',
    operationId: 'retryVideo',
    summary: 'Retry a failed video',
    description: 'Applies only to failures of the system; a rejected file would be rejected again.',
    tags: ['Videos'],
    access: 'viewer',
    request: { params: videoParameters, headers: idempotencyHeaderSchema },
    responses: { 202: jsonResponse('The video, in progress again', videoSchema) },
    problems: ['forbidden', 'video_not_found', 'not_failed'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { video } = await findManagedVideo(services, user, c.req.valid('param').videoId);
    const retry = async (): Promise<void> => {
      const outcome = await retryVideo(services, video);
      if (outcome !== 'retried' && outcome !== 'running') throw new ProblemError('not_failed');
      services.logger.info('video retried', { videoId: video.id, revisionId: video.latestRevisionId });
    };
    await executeOnce(
      services.database,
      {
        userId: user.id,
        key: c.req.valid('header')['idempotency-key'],
        request: ['retryVideo', video.id],
        resourceId: video.id,
      },
      { create: retry, find: async () => undefined },
    );
    return c.json(await presentVideoFor(services, user, video.id), 202);
  },
);
