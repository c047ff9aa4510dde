import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { countUnfinished, listChanges, currentCursor } from '../../../catalog/videos/list-changes.ts';
import type { VideoOverview } from '../../../catalog/videos/video-overview.ts';
import { maySee } from '../../../catalog/videos/viewer.ts';
import { changesSchema, type Change } from '../../contracts/api/change.ts';
import { signedIn } from '../access.ts';
import { changeCursor, readChangeCursor } from '../cursors.ts';
import { viewerOf, type User } from '../user.ts';
import { presentSummaries } from '../present-video.ts';
import { json, SIGNED_IN_PROBLEMS, refusals } from '../operation.ts';
import { SIGNED_IN } from '../security.ts';
import type { ApiServices, ApiVariables } from '../services.ts';

/** Videos in one answer. */
const PAGE = 100;

const getChanges = createRoute({
  method: 'get',
  path: '/api/changes',
  operationId: 'listChanges',
  summary: 'What has changed since a cursor',
  description:
    'Ask without a cursor first, then for the videos, then with the cursor again and again while `unfinished` is not ' +
    '0: no change is missed. Each video that changed comes once, as it is now; null if it is gone or not shared any ' +
    'more. Nothing is said of videos that you never could see, not even that there are any.',
  tags: ['Videos'],
  security: SIGNED_IN,
  middleware: signedIn,
  request: {
    query: z.object({
      cursor: z.string().max(500).optional().meta({ description: 'Of the answer before; none to begin.' }),
    }),
  },
  responses: {
    200: json('The changes, oldest first', changesSchema),
    ...refusals('invalid_request', ...SIGNED_IN_PROBLEMS, 'catalog_resuming'),
  },
});

export function changeRoutes() {
  return new OpenAPIHono<{ Variables: ApiVariables }>().openapi(getChanges, async (c) => {
    const { services, person } = c.var;
    const { cursor } = c.req.valid('query');
    const viewer = { ...viewerOf(person), id: person.id };
    const given = cursor === undefined ? undefined : readChangeCursor(cursor);
    const end = await currentCursor(services.database);
    const [page, unfinished] = await Promise.all([
      listChanges(services.database, viewer, { since: given ?? end, end, limit: PAGE }),
      countUnfinished(services.database, viewer, end),
    ]);
    const changes = await presentChanges(services, person, page.rows);
    return c.json({ changes, cursor: changeCursor(page.cursor), more: page.hasMore, unfinished }, 200);
  });
}

/** @param rows of what the person may see, or may have seen and no longer can */
async function presentChanges(
  { posterUrls }: ApiServices,
  person: User,
  rows: readonly VideoOverview[],
): Promise<Change[]> {
  const viewer = viewerOf(person);
  const seen = rows.filter(({ video }) => maySee(viewer, video));
  const summaries = new Map((await presentSummaries(seen, person, posterUrls)).map((summary) => [summary.id, summary]));
  return rows.map(({ video }) => ({ videoId: video.id, video: summaries.get(video.id) ?? null }));
}
