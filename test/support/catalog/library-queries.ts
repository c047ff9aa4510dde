import {
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  type RDSDataClient,
} from '@aws-sdk/client-rds-data';
import { max } from 'drizzle-orm';
import { catalogDatabase, type CatalogDatabase, type CatalogLocation } from '../../../catalog/database.ts';
import { tombstoneVideo } from '../../../catalog/videos/tombstone-video.ts';
import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { acquireKey, completeKey } from '../../../catalog/idempotency/keys.ts';
import { listChanges, readFeedState } from '../../../catalog/videos/list-changes.ts';
import { type VideoFilter, selectVideoPage } from '../../../catalog/videos/select-video-page.ts';
import { listProgress } from '../../../catalog/revisions/list-progress.ts';
import { recordUploadCompletion } from '../../../catalog/uploads/record-upload-completion.ts';
import { findUpload, findUploadOfVideo } from '../../../catalog/uploads/find-upload.ts';
import { countOpenUploads } from '../../../catalog/uploads/insert-upload.ts';
import { removeExpiredUploads, removeUpload } from '../../../catalog/uploads/remove-upload.ts';
import { videos } from '../../../catalog/schema/index.ts';
import { UNFINISHED_STATUSES } from '../../../catalog/schema/video-status.ts';
import { findVideoOverview } from '../../../catalog/videos/video-overview.ts';
import { markDeleted, findDeletionScope } from '../../../catalog/videos/mark-deleted.ts';

const VIDEO = '00000000-0000-7000-8000-000000000064';
const UPLOAD = '20000000-0000-7000-8000-000000000064';
const AFTER = '00000000-0000-7000-8000-000000000800';
const KEY = { ownerId: 'owner', key: 'key-7', requestHash: 'hash', resourceId: UPLOAD };

/** A transaction id above all those of the library. */
const AFTER_ALL_CHANGES = 1_000_000;

type Query = (database: CatalogDatabase) => Promise<unknown>;

function viewer(id: string, isAdmin = false) {
  return { id, isAdmin };
}

function list(who: ReturnType<typeof viewer>, choice: Partial<VideoFilter> = {}): Query {
  return (database) =>
    selectVideoPage(database, who, { limit: 24, ...choice });
}

/** Returns a cursor before the library's last few transactions; the server's own transaction ids count from elsewhere. */
async function recentCursor(database: CatalogDatabase) {
  const [row] = await database.select({ lastXid: max(videos.changedXid) }).from(videos);
  return { xid: (row?.lastXid ?? 0) - 5, videoId: VIDEO };
}

function changes(who: ReturnType<typeof viewer>): Query {
  return async (database) => {
    const since = await recentCursor(database);
    return listChanges(database, who, { since, end: { xid: AFTER_ALL_CHANGES, videoId: VIDEO }, limit: 100 });
  };
}

function feedState(who: ReturnType<typeof viewer>): Query {
  return async (database) => readFeedState(database, who, await recentCursor(database));
}

/** The queries of the API and the terminal, on a library created by `fillLibrary`. */
export const LIBRARY_QUERIES: readonly (readonly [name: string, query: Query])[] = [
  ['the first page for an admin', list(viewer('admin', true))],
  ['a later page for an admin', list(viewer('admin', true), { after: AFTER })],
  ['failed videos for an admin', list(viewer('admin', true), { statuses: ['failed'] })],
  ['the first page for an owner', list(viewer('owner-7'))],
  ['a later page for an owner', list(viewer('owner-7'), { after: AFTER })],
  ['failed videos for an owner', list(viewer('owner-7'), { statuses: ['failed'] })],
  ['unfinished videos for an admin', list(viewer('admin', true), { statuses: UNFINISHED_STATUSES })],
  ['unfinished videos for an owner', list(viewer('owner-7'), { statuses: UNFINISHED_STATUSES, after: AFTER })],
  ['the first page for a user without videos', list(viewer('user'))],
  ['a search for a rare word', list(viewer('admin', true), { search: '1234' })],
  ['a search for a word in every title', list(viewer('admin', true), { search: 'lesson' })],
  ['a search for a word in no title', list(viewer('owner-7'), { search: '영상' })],
  ['a search among ready videos', list(viewer('owner-7'), { search: '99', statuses: ['ready'] })],
  ['uploads in progress', (database) => listProgress(database, new Date(Date.now() - 300_000))],
  ['a video', (database) => findVideo(database, VIDEO)],
  ['a video for playback', (database) => findVideoOverview(database, VIDEO)],
  ['an edit', (database) => updateVideo(database, VIDEO, { title: 'Another' })],
  ['recent changes for an admin', changes(viewer('admin', true))],
  ['recent changes for an owner', changes(viewer('owner-7'))],
  ['recent changes for a user without videos', changes(viewer('user'))],
  ['the state of the feed for an admin', feedState(viewer('admin', true))],
  ['the state of the feed for an owner', feedState(viewer('owner-7'))],
  ['the first state of the feed', (database) => readFeedState(database, viewer('owner-7'), undefined)],
  ['an upload', (database) => findUpload(database, UPLOAD)],
  ['the upload of a video', (database) => findUploadOfVideo(database, VIDEO)],
  ['the count of open uploads', (database) => countOpenUploads(database, 'owner-0')],
  ['a completion', (database) => recordUploadCompletion(database, UPLOAD)],
  ['a removal', (database) => removeUpload(database, UPLOAD)],
  ['a removal of expired uploads', (database) => removeExpiredUploads(database)],
  ['acquiring an idempotency key', (database) => acquireKey(database, KEY)],
  ['completing an idempotency key', (database) => completeKey(database, KEY)],
  ['the scope of a deletion', (database) => findDeletionScope(database, VIDEO)],
  ['a deletion', (database) => markDeleted(database, { videoId: VIDEO, lastRevision: 1 })],
  ['a tombstone', (database) => tombstoneVideo(database, VIDEO)],
];

/** Returns the plan of each statement that a query sends, and executes the query. */
export async function plansOf(client: RDSDataClient, location: CatalogLocation, query: Query): Promise<string[]> {
  const sent: ExecuteStatementCommandInput[] = [];
  const name = 'record-statements';
  client.middlewareStack.add(
    (next) => async (args) => {
      if ('sql' in args.input) sent.push(args.input);
      return next(args);
    },
    { step: 'initialize', name },
  );
  try {
    await query(catalogDatabase(client, location));
  } finally {
    client.middlewareStack.remove(name);
  }
  const plans: string[] = [];
  for (const statement of sent) {
    const explain = new ExecuteStatementCommand({ ...statement, sql: `explain ${statement.sql ?? ''}` });
    const { records = [] } = await client.send(explain);
    plans.push(records.map(([line]) => line?.stringValue).join('\n'));
  }
  return plans;
}

/** Returns whether a plan scans all of a growing table. */
export function hasTableScan(plan: string): boolean {
  return /Seq Scan on (videos|revisions|uploads|idempotency_keys|steps|renditions)/.test(plan);
}
