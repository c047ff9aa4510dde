import { z } from '@hono/zod-openapi';
import { type ChangePage, listChanges, readFeedState } from '../../../catalog/videos/list-changes.ts';
import type { VideoOverview } from '../../../catalog/videos/video-overview.ts';
import { maySee } from '../../../catalog/videos/viewer.ts';
import { type Change, changesSchema } from '../../contracts/api/change.ts';
import { changeCursor, readChangeCursor } from '../cursors.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { presentSummaries } from '../present-video.ts';
import type { ApiServices } from '../services.ts';
import { type User, viewerOf } from '../user.ts';

/** Videos in one response. */
const PAGE_SIZE = 100;

export const listChangesOperation = defineOperation(
  {
    method: 'get',
    path: '/api/changes',
    operationId: 'listChanges',
    summary: 'List the changes since a cursor',
    description:
      'First call it without a cursor, then list the videos, then call it repeatedly with the returned cursor ' +
      'while `unfinished` is not 0: no change is missed. Each changed video is reported once, in its current state; ' +
      'null if it was deleted or is no longer visible to you. Videos that were never visible to you are not reported.',
    tags: ['Videos'],
    access: 'viewer',
    request: {
      query: z.object({
        cursor: z
          .string()
          .max(500)
          .optional()
          .meta({ description: 'Cursor of the previous response; absent at first.' }),
      }),
    },
    responses: { 200: jsonResponse('The changes, oldest first', changesSchema) },
  },
  async (c) => {
    const { services, user } = c.var;
    const { cursor } = c.req.valid('query');
    const viewer = { ...viewerOf(user), id: user.id };
    const given = cursor === undefined ? undefined : readChangeCursor(cursor);
    const { end, unfinished, hasChanges } = await readFeedState(services.database, viewer, given);
    const page: ChangePage = hasChanges
      ? await listChanges(services.database, viewer, { since: given ?? end, end, limit: PAGE_SIZE })
      : { rows: [], cursor: given === undefined || given.xid < end.xid ? end : given, hasMore: false };
    const changes = await presentChanges(services, user, page.rows);
    return c.json(
      {
        changes,
        cursor: changeCursor(page.cursor),
        more: page.hasMore,
        // A video that changed again before it was read is past the end, and so is not in the page: the viewer must return.
        unfinished: hasChanges ? Math.max(unfinished, 1) : unfinished,
      },
      200,
    );
  },
);

/** @param rows videos that are, or may have been, visible to the user */
async function presentChanges(
  { posterUrls }: ApiServices,
  user: User,
  rows: readonly VideoOverview[],
): Promise<Change[]> {
  const viewer = viewerOf(user);
  const visible = rows.filter(({ video }) => maySee(viewer, video));
  const summaries = await presentSummaries(visible, user, posterUrls);
  const byId = new Map(summaries.map((summary) => [summary.id, summary]));
  return rows.map(({ video }) => ({ videoId: video.id, video: byId.get(video.id) ?? null }));
}
