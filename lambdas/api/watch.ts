import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { findVideoRow } from '../../catalog/library/video-rows.ts';
import { maySee } from '../../catalog/library/viewer.ts';
import type { Playable } from '../../catalog/queries/find-playable.ts';
import { playbackRequestSchema, playbackSchema } from '../contracts/playback.ts';
import { playback } from '../playback/playback.ts';
import { anybody } from './admission.ts';
import { videoParameters } from './path-parameters.ts';
import { viewerOf, type Person } from './person.ts';
import { Refusal } from './problems.ts';
import { json, refusals } from './responses.ts';
import { ANYBODY } from './security.ts';
import type { ApiServices, ApiVariables } from './services.ts';

const expiry = playbackRequestSchema.shape.expiresInSeconds.unwrap();

const getPlayback = createRoute({
  method: 'get',
  path: '/api/videos/{videoId}/playback',
  operationId: 'getPlayback',
  summary: 'Signed URLs to watch a video',
  description:
    'Whoever has one of the URLs can watch until it expires: by default the length of the video and an hour.',
  tags: ['Videos'],
  security: ANYBODY,
  middleware: anybody,
  request: {
    params: videoParameters,
    query: z.object({
      expiresInSeconds: z.coerce.number().pipe(expiry).optional().meta({
        description: 'Seconds from now; at least a minute, at most seven days.',
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

export const watchRoutes = () =>
  new OpenAPIHono<{ Variables: ApiVariables }>().openapi(getPlayback, async (c) => {
    const { services, person } = c.var;
    const request = { ...c.req.valid('param'), ...c.req.valid('query') };
    const answer = await playback(
      {
        findPlayable: (videoId) => findVisiblePlayable(services, person, videoId),
        signer: services.signer,
        now: services.now,
      },
      request,
    );
    if ('error' in answer) throw new Refusal(answer.error);
    return c.json(answer, 200);
  });

async function findVisiblePlayable(
  { database }: ApiServices,
  person: Person | undefined,
  videoId: string,
): Promise<Playable> {
  const row = await findVideoRow(database, videoId);
  if (row === undefined || !maySee(viewerOf(person), row.video)) return { state: 'not_found' };
  if (row.playable === null) return { state: 'not_ready' };
  const { number: revision, attemptId, durationMs } = row.playable;
  return { state: 'ready', location: { videoId, revision, attemptId }, durationMs: durationMs ?? 0 };
}
