import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { videoSchema } from '../../contracts/api/video.ts';
import { signedIn } from '../access.ts';
import { findManaged, showVideo } from '../find-video-for.ts';
import { idempotencyHeaderSchema, once } from '../execute-once.ts';
import { videoParameters } from '../path-parameters.ts';
import { ProblemError } from '../problems.ts';
import { json, SIGNED_IN_PROBLEMS, refusals } from '../operation.ts';
import { SIGNED_IN } from '../security.ts';
import type { ApiVariables } from '../services.ts';

const retry = createRoute({
  method: 'post',
  path: '/api/videos/{videoId}/retry',
  operationId: 'retryVideo',
  summary: 'Try a failed video again',
  description: 'Only one that failed by our fault; a file that was rejected ends the same way each time.',
  tags: ['Videos'],
  security: SIGNED_IN,
  middleware: signedIn,
  request: { params: videoParameters, headers: idempotencyHeaderSchema },
  responses: {
    202: json('The video, on its way again', videoSchema),
    ...refusals(
      'invalid_request',
      ...SIGNED_IN_PROBLEMS,
      'forbidden',
      'video_not_found',
      'not_failed',
      'request_in_progress',
      'idempotency_key_reused',
      'catalog_resuming',
    ),
  },
});

export function retryRoutes() {
  return new OpenAPIHono<{ Variables: ApiVariables }>().openapi(retry, async (c) => {
    const { services, person } = c.var;
    const { video } = await findManaged(services, person, c.req.valid('param').videoId);
    const sendAgain = async (): Promise<void> => {
      const { latestRevisionId, status } = video;
      if (status !== 'failed' || latestRevisionId === null) throw new ProblemError('not_failed');
      const outcome = await services.retryRevision(latestRevisionId);
      if (outcome !== 'retried' && outcome !== 'running') throw new ProblemError('not_failed');
      services.logger.info('video tried again', { videoId: video.id, revisionId: latestRevisionId });
    };
    await once(
      services.database,
      {
        personId: person.id,
        key: c.req.valid('header')['idempotency-key'],
        request: ['retryVideo', video.id],
        resourceId: video.id,
      },
      sendAgain,
      async () => undefined,
    );
    return c.json(await showVideo(services, person, video.id), 202);
  });
}
