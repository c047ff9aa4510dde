import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { countUnfinished, listChanges, presentCursor } from '../../catalog/library/list-changes.ts';
import type { VideoRow } from '../../catalog/library/video-rows.ts';
import { mayHaveSeen, maySee } from '../../catalog/library/viewer.ts';
import { changesSchema, type Change } from '../contracts/api/change.ts';
import { signedIn } from './admission.ts';
import { changeCursor, readChangeCursor } from './cursors.ts';
import { viewerOf, type Person } from './person.ts';
import { presentSummaries } from './present-video.ts';
import { json, OF_SIGNED_IN, refusals } from './responses.ts';
import { SIGNED_IN } from './security.ts';
import type { ApiServices, ApiVariables } from './services.ts';

/** Videos looked at for one answer, whoever may see them. */
const PAGE = 100;

const getChanges = createRoute({
  method: 'get',
  path: '/api/changes',
  operationId: 'listChanges',
  summary: 'What has changed since a cursor',
  description:
    'Ask without a cursor first, then for the videos, then with the cursor again and again while `unfinished` is not ' +
    '0: no change is missed. Each video that changed comes once, as it is now; null if it is gone or not shared any ' +
    'more.',
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
    ...refusals('invalid_request', ...OF_SIGNED_IN, 'catalog_resuming'),
  },
});

export const changeRoutes = () =>
  new OpenAPIHono<{ Variables: ApiVariables }>().openapi(getChanges, async (c) => {
    const { services, person } = c.var;
    const { cursor } = c.req.valid('query');
    const viewer = { ...viewerOf(person), id: person.id };
    const since = cursor === undefined ? undefined : readChangeCursor(cursor);
    const [page, unfinished] = await Promise.all([
      since === undefined ? nothingYet(services) : listChanges(services.database, since, PAGE),
      countUnfinished(services.database, viewer),
    ]);
    const changes = await presentChanges(services, person, page.rows);
    return c.json({ changes, cursor: changeCursor(page.cursor), more: page.hasMore, unfinished }, 200);
  });

const nothingYet = async ({ database }: ApiServices) => ({
  rows: [],
  cursor: await presentCursor(database),
  hasMore: false,
});

/** Says nothing of videos that the person never could see, not even that there are any. */
async function presentChanges(
  { posterUrls }: ApiServices,
  person: Person,
  rows: readonly VideoRow[],
): Promise<Change[]> {
  const viewer = viewerOf(person);
  const seen = rows.filter(({ video }) => maySee(viewer, video));
  const summaries = new Map((await presentSummaries(seen, person, posterUrls)).map((summary) => [summary.id, summary]));
  return rows.flatMap(({ video }) => {
    const summary = summaries.get(video.id) ?? null;
    return summary !== null || mayHaveSeen(viewer, video) ? [{ videoId: video.id, video: summary }] : [];
  });
}
