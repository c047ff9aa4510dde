import { selectVideoPage } from '../../../catalog/videos/select-video-page.ts';
import { listRequestSchema, videoListSchema } from '../../contracts/api/video.ts';
import { listCursor, readListCursor } from '../cursors.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { presentSummaries } from '../present-video.ts';
import { viewerOf } from '../user.ts';

export const listVideosOperation = defineOperation(
  {
    method: 'get',
    path: '/api/videos',
    operationId: 'listVideos',
    summary: 'List the videos that you may see, newest first',
    tags: ['Videos'],
    access: 'viewer',
    request: { query: listRequestSchema },
    repeatable: ['status'],
    responses: { 200: jsonResponse('A page of videos', videoListSchema) },
  },
  async (c) => {
    const { services, user } = c.var;
    const { search, status: statuses, cursor, limit } = c.req.valid('query');
    const after = cursor === undefined ? undefined : readListCursor(cursor);
    const viewer = { ...viewerOf(user), id: user.id };
    const page = await selectVideoPage(services.database, viewer, { search, statuses, after, limit });
    const last = page.rows.at(-1)?.video.id;
    const videos = await presentSummaries(page.rows, user, services.posterUrls);
    return c.json({ videos, nextCursor: page.hasMore && last !== undefined ? listCursor(last) : null }, 200);
  },
);
