import { z } from '@hono/zod-openapi';
import { playableOf } from '../../../catalog/videos/find-playable.ts';
import { findVideoOverview } from '../../../catalog/videos/video-overview.ts';
import { maySee } from '../../../catalog/videos/viewer.ts';
import { playbackRequestSchema, playbackSchema } from '../../contracts/playback.ts';
import { signPlayback } from '../../signing/sign-playback.ts';
import { MAX_KEPT_MS } from '../edge-cache.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { videoParameters } from '../path-parameters.ts';
import { ProblemError } from '../problems.ts';
import { mayManage, viewerOf } from '../user.ts';

const expiry = playbackRequestSchema.shape.expiresInSeconds.unwrap();

export const getPlaybackOperation = defineOperation(
  {
    method: 'get',
    path: '/api/videos/{videoId}/playback',
    operationId: 'getPlayback',
    summary: 'Get signed URLs to watch a video',
    description:
      'Anyone with one of the URLs can watch until it expires: by default an hour after the duration of the video, ' +
      'and after two hours at least. Only users who may edit the video can request a later expiry.',
    tags: ['Videos'],
    access: 'optional',
    keptAtEdge: true,
    request: {
      params: videoParameters,
      query: z.object({
        expiresInSeconds: z.coerce.number().pipe(expiry).optional().meta({
          description:
            'Seconds from now, from one minute to seven days. Callers who may not edit the video get the default at ' +
            'most; `expiresAt` states the result.',
          type: 'integer',
          minimum: 60,
          maximum: 604_800,
        }),
      }),
    },
    responses: { 200: jsonResponse('URLs that carry one signature for all objects of the video', playbackSchema) },
    problems: ['video_not_found', 'video_not_ready', 'video_withdrawn'],
  },
  async (c) => {
    const { services, user } = c.var;
    const request = { ...c.req.valid('param'), ...c.req.valid('query') };
    const found = await findVideoOverview(services.database, request.videoId);
    const overview = found !== undefined && maySee(viewerOf(user), found.video) ? found : undefined;
    // A video that plays as it was uploaded gets renditions, a poster and a storyboard, which would not invalidate the response.
    if (overview !== undefined && (overview.source ?? overview.pageSource) !== null) c.set('keptAtEdge', false);
    const result = await signPlayback(
      {
        findPlayable: async () => playableOf(overview),
        signer: services.signer,
        now: services.now,
        heldMs: user === undefined && c.var.keptAtEdge === true ? MAX_KEPT_MS : 0,
        mayExtend: overview !== undefined && mayManage(user, overview.video),
      },
      request,
    );
    if ('error' in result) throw new ProblemError(result.error);
    return c.json(result, 200);
  },
);
