import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { selectVideoPage } from '../../../catalog/videos/select-video-page.ts';
import { listRequestSchema, videoChangeSchema, videoListSchema, videoSchema } from '../../contracts/api/video.ts';
import { anybody, signedIn } from '../access.ts';
import { listCursor, readListCursor } from '../cursors.ts';
import { findDeletable, findManaged, showVideo } from '../find-video-for.ts';
import { viewerOf } from '../user.ts';
import { presentSummaries } from '../present-video.ts';
import { ProblemError } from '../problems.ts';
import { json, OF_BODIES, SIGNED_IN_PROBLEMS, refusals } from '../operation.ts';
import { ANYBODY, SIGNED_IN } from '../security.ts';
import type { ApiVariables } from '../services.ts';
import { videoParameters } from '../path-parameters.ts';

const list = createRoute({
  method: 'get',
  path: '/api/videos',
  operationId: 'listVideos',
  summary: 'Videos that you may see, newest first',
  tags: ['Videos'],
  security: SIGNED_IN,
  middleware: signedIn,
  request: { query: listRequestSchema },
  responses: {
    200: json('A page of them', videoListSchema),
    ...refusals('invalid_request', ...SIGNED_IN_PROBLEMS, 'catalog_resuming'),
  },
});

const get = createRoute({
  method: 'get',
  path: '/api/videos/{videoId}',
  operationId: 'getVideo',
  summary: 'A video with its steps, its renditions and what was found in its file',
  tags: ['Videos'],
  security: ANYBODY,
  middleware: anybody,
  request: { params: videoParameters },
  responses: {
    200: json('The video', videoSchema),
    ...refusals('invalid_token', 'video_not_found', 'sign_in_unavailable', 'catalog_resuming'),
  },
});

const edit = createRoute({
  method: 'patch',
  path: '/api/videos/{videoId}',
  operationId: 'editVideo',
  summary: 'Change title, description or who may watch',
  tags: ['Videos'],
  security: SIGNED_IN,
  middleware: signedIn,
  request: {
    params: videoParameters,
    body: {
      required: true,
      content: { 'application/json': { schema: videoChangeSchema, example: { visibility: 'shared' } } },
    },
  },
  responses: {
    200: json('The video as it is now', videoSchema),
    ...refusals(...OF_BODIES, ...SIGNED_IN_PROBLEMS, 'forbidden', 'video_not_found', 'catalog_resuming'),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/api/videos/{videoId}',
  operationId: 'deleteVideo',
  summary: 'Delete everything of a video',
  description:
    'Nobody finds it from now on. Its file, what was made of it, what is known of it, and the copies at the edge are ' +
    'removed in the minutes after. To do it again does no harm.',
  tags: ['Videos'],
  security: SIGNED_IN,
  middleware: signedIn,
  request: { params: videoParameters },
  responses: {
    204: { description: 'It is gone' },
    ...refusals(...SIGNED_IN_PROBLEMS, 'forbidden', 'video_not_found', 'catalog_resuming'),
  },
});

export function videoRoutes() {
  return new OpenAPIHono<{ Variables: ApiVariables }>()
    .openapi(list, async (c) => {
      const { services, person } = c.var;
      const { search, status: statuses, cursor, limit } = c.req.valid('query');
      const viewer = { ...viewerOf(person), id: person.id };
      const after = cursor === undefined ? undefined : readListCursor(cursor);
      const page = await selectVideoPage(services.database, viewer, { search, statuses, after, limit });
      const last = page.rows.at(-1)?.video.id;
      const videos = await presentSummaries(page.rows, person, services.posterUrls);
      return c.json({ videos, nextCursor: page.hasMore && last !== undefined ? listCursor(last) : null }, 200);
    })
    .openapi(get, async (c) => {
      const { services, person } = c.var;
      return c.json(await showVideo(services, person, c.req.valid('param').videoId), 200);
    })
    .openapi(edit, async (c) => {
      const { services, person } = c.var;
      const { videoId } = c.req.valid('param');
      await findManaged(services, person, videoId);
      const edited = await updateVideo(services.database, videoId, c.req.valid('json'));
      if (!edited) throw new ProblemError('video_not_found');
      return c.json(await showVideo(services, person, videoId), 200);
    })
    .openapi(remove, async (c) => {
      const { services, person } = c.var;
      const { videoId } = c.req.valid('param');
      await findDeletable(services, person, videoId);
      await services.deleteVideo(videoId);
      services.logger.info('video deleted', { videoId, personId: person.id });
      return c.body(null, 204);
    });
}
