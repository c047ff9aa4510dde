import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { findVideoOverview } from '../../../catalog/videos/video-overview.ts';
import { maySee } from '../../../catalog/videos/viewer.ts';
import { playableOf } from '../../../catalog/videos/find-playable.ts';
import { playbackRequestSchema, playbackSchema } from '../../contracts/playback.ts';
import { playback } from '../../signing/sign-playback.ts';
import { anybody } from '../access.ts';
import { videoParameters } from '../path-parameters.ts';
import { mayManage, viewerOf } from '../user.ts';
import { ProblemError } from '../problems.ts';
import { json, refusals } from '../operation.ts';
import { ANYBODY } from '../security.ts';
import type { ApiVariables } from '../services.ts';

const expiry = playbackRequestSchema.shape.expiresInSeconds.unwrap();

const getPlayback = createRoute({
  method: 'get',
  path: '/api/videos/{videoId}/playback',
  operationId: 'getPlayback',
  summary: 'Signed URLs to watch a video',
  description:
    'Whoever has one of the URLs can watch until it expires: by default after the length of the video and an hour, ' +
    'and after two hours at least. Only whoever may edit the video can have it last longer.',
  tags: ['Videos'],
  security: ANYBODY,
  middleware: anybody,
  request: {
    params: videoParameters,
    query: z.object({
      expiresInSeconds: z.coerce.number().pipe(expiry).optional().meta({
        description:
          'Seconds from now; at least a minute, at most seven days. Whoever may not edit the video gets no more than ' +
          'by default; `expiresAt` says how long.',
        type: 'integer',
        minimum: 60,
        maximum: 604_800,
      }),
    }),
  },
  responses: {
    200: json('One signature for everything of the video, on each URL', playbackSchema),
    ...refusals(
      'invalid_request',
      'invalid_token',
      'video_not_found',
      'video_not_ready',
      'sign_in_unavailable',
      'catalog_resuming',
    ),
  },
});

export function watchRoutes() {
  return new OpenAPIHono<{ Variables: ApiVariables }>().openapi(getPlayback, async (c) => {
    const { services, person } = c.var;
    const request = { ...c.req.valid('param'), ...c.req.valid('query') };
    const found = await findVideoOverview(services.database, request.videoId);
    const row = found !== undefined && maySee(viewerOf(person), found.video) ? found : undefined;
    const answer = await playback(
      {
        findPlayable: async () => playableOf(row),
        signer: services.signer,
        now: services.now,
        mayLengthen: row !== undefined && mayManage(person, row.video),
      },
      request,
    );
    if ('error' in answer) throw new ProblemError(answer.error);
    return c.json(answer, 200);
  });
}
