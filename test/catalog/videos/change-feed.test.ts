import { eq, sql } from 'drizzle-orm';
import { catalogDatabase, type CatalogDatabase } from '../../../catalog/database.ts';
import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { type ChangeCursor, listChanges, readFeedState } from '../../../catalog/videos/list-changes.ts';
import { recordPercent } from '../../../catalog/revisions/record-percent.ts';
import { recordUploadActivity } from '../../../catalog/uploads/record-upload-activity.ts';
import { videos } from '../../../catalog/schema/index.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import {
  newVideo,
  registerSource,
  startEncode,
  finishEncode,
  makeIdle,
  readyVideo,
} from '../../support/catalog/test-videos.ts';

const onServer = process.env['DATABASE_URL'] !== undefined;

let catalog: LocalCatalog;
let database: CatalogDatabase;
useLocalCatalog((started) => {
  catalog = started;
  ({ database } = catalog);
});

function user(id: string) {
  return { id, isAdmin: false };
}

const admin = { id: 'admin', isAdmin: true };

async function currentCursor(by: CatalogDatabase): Promise<ChangeCursor> {
  return (await readFeedState(by, admin, undefined)).end;
}

async function videoOf(videoId: string) {
  return (await findVideo(database, videoId))!;
}

describe('the change feed', () => {
  const changesSince = async (cursor: ChangeCursor, limit = 100) =>
    listChanges(database, admin, { since: cursor, end: await currentCursor(database), limit });

  test('reports each changed video once, in its current state', async () => {
    const quiet = await newVideo(database);
    const encoding = await startEncode(database, await registerSource(database, await newVideo(database)));
    const start = await currentCursor(database);
    expect(await changesSince(start)).toEqual({ rows: [], cursor: start, hasMore: false });

    await recordPercent(database, encoding.revisionId, encoding.job.attemptId, 50);
    const edited = await newVideo(database);
    await updateVideo(database, edited.videoId, { title: 'Another' });
    await finishEncode(database, encoding);
    const page = await changesSince(start);
    expect(page.rows.map(({ video }) => [video.id, video.status])).toEqual([
      [edited.videoId, 'uploading'],
      [encoding.videoId, 'ready'],
    ]);
    expect((await changesSince(page.cursor)).rows).toEqual([]);
    await updateVideo(database, quiet.videoId, { description: 'Words' });
    expect((await changesSince(page.cursor)).rows).toHaveLength(1);
  });

  test('does not report a write that changes nothing', async () => {
    const { videoId } = await newVideo(database, { title: 'Same' });
    const start = await currentCursor(database);
    await updateVideo(database, videoId, { title: 'Same' });
    expect((await changesSince(start)).rows).toEqual([]);
  });

  test('reports the progress of an encode without a change of its video, and only to viewers who may see it', async () => {
    const owner = user('progress-owner');
    const encoding = await startEncode(
      database,
      await registerSource(database, await newVideo(database, { owner: owner.id })),
    );
    const before = await videoOf(encoding.videoId);
    const start = await currentCursor(database);
    await recordPercent(database, encoding.revisionId, encoding.job.attemptId, 12);
    const page = await changesSince(start);
    expect(page.rows.map(({ video, latest }) => [video.id, latest?.percent])).toEqual([[encoding.videoId, 12]]);
    expect(page.rows[0]!.video.changedXid).toBe(before.video.changedXid);
    expect(page.rows[0]!.video.changedAt.getTime()).toBeGreaterThanOrEqual(before.video.changedAt.getTime());
    expect(await readFeedState(database, owner, start)).toMatchObject({ hasChanges: true });
    expect(await readFeedState(database, user('progress-other'), start)).toMatchObject({ hasChanges: false });
    expect(await readFeedState(database, owner, page.cursor)).toMatchObject({ hasChanges: false });
  });

  test('can be read in small pages', async () => {
    const start = await currentCursor(database);
    const made = [];
    for (let count = 0; count < 5; count += 1) made.push((await newVideo(database)).videoId);
    const seen: string[] = [];
    for (let cursor = start, hasMore = true; hasMore;) {
      const page = await changesSince(cursor, 2);
      seen.push(...page.rows.map(({ video }) => video.id));
      ({ cursor, hasMore } = page);
    }
    expect(seen).toEqual(made);
  });

  test('gives each viewer pages of visible videos and of those no longer visible', async () => {
    const viewer = user('feed-viewer');
    const start = await currentCursor(database);
    const made: string[] = [];
    for (const options of [
      { owner: viewer.id },
      { owner: 'feed-other' },
      { owner: 'feed-other', visibility: 'shared' },
      { owner: 'feed-other' },
      { owner: 'feed-other', visibility: 'public' },
    ] as const) {
      made.push((await newVideo(database, options)).videoId);
    }
    await updateVideo(database, made[2]!, { visibility: 'private' });
    const seen: string[] = [];
    for (let cursor = start, hasMore = true; hasMore;) {
      const page = await listChanges(database, viewer, { since: cursor, end: await currentCursor(database), limit: 1 });
      seen.push(...page.rows.map(({ video }) => video.id));
      ({ cursor, hasMore } = page);
      expect([made[0], made[2], made[4], start.videoId]).toContain(cursor.videoId);
    }
    expect(seen).toEqual([made[0], made[4], made[2]]);
  });

  // The built-in PostgreSQL runs one transaction at a time.
  (onServer ? describe : describe.skip)('on a server', () => {
    test('misses no change of a transaction that commits after a later one', async () => {
      const [early, late] = [await newVideo(database), await newVideo(database)];
      const start = await currentCursor(database);
      const writer = catalogDatabase(catalog.connect(), catalog.location);
      const retitle = (by: Pick<CatalogDatabase, 'update'>, videoId: string) =>
        by.update(videos).set({ title: 'Changed' }).where(eq(videos.id, videoId));
      let between = start;
      const seen: string[] = [];
      await writer.transaction(async (transaction) => {
        await retitle(transaction, early.videoId);
        await retitle(database, late.videoId);
        const page = await changesSince(start);
        seen.push(...page.rows.map(({ video }) => video.id));
        between = page.cursor;
      });
      seen.push(...(await changesSince(between)).rows.map(({ video }) => video.id));
      expect(seen).toEqual([early.videoId, late.videoId]);
    });

    test('counts a video whose end is yet to be reported, so that clients request another page', async () => {
      const viewer = user('waiting');
      const encoding = await startEncode(
        database,
        await registerSource(database, await newVideo(database, { owner: viewer.id })),
      );
      const other = await newVideo(database);
      const writer = catalogDatabase(catalog.connect(), catalog.location);
      const { end: since, unfinished: before } = await readFeedState(database, viewer, undefined);
      await writer.transaction(async (transaction) => {
        await transaction.update(videos).set({ title: 'Changed' }).where(eq(videos.id, other.videoId));
        await finishEncode(database, encoding);
        expect(await readFeedState(database, viewer, since)).toMatchObject({ unfinished: before, hasChanges: false });
      });
      expect(await readFeedState(database, viewer, since)).toMatchObject({ unfinished: before - 1, hasChanges: true });
    });
  });

  const unfinished = async (viewer: ReturnType<typeof user>) =>
    (await readFeedState(database, viewer, undefined)).unfinished;

  test('counts visible unfinished videos, but no idle upload', async () => {
    const viewer = user('counting');
    const before = await unfinished(viewer);
    await registerSource(database, await newVideo(database, { owner: viewer.id }));
    await newVideo(database, { owner: 'counting-other' });
    await newVideo(database, { owner: 'counting-other', visibility: 'shared' });
    await readyVideo(database, { owner: viewer.id });
    const { videoId } = await newVideo(database, { owner: viewer.id });
    expect(await unfinished(viewer)).toBe(before + 3);
    await makeIdle(database, videoId);
    expect(await unfinished(viewer)).toBe(before + 2);
    await recordUploadActivity(database, videoId);
    expect(await unfinished(viewer)).toBe(before + 3);
  });
});

describe('the change time of a video', () => {
  const changedAt = async (videoId: string) => (await videoOf(videoId)).video.changedAt;

  test('does not go back with the clock', async () => {
    const { videoId } = await newVideo(database);
    const future = new Date(Date.now() + 3_600_000);
    await database.execute(sql`alter table videos disable trigger videos_stamp`);
    await database.update(videos).set({ changedAt: future }).where(eq(videos.id, videoId));
    await database.execute(sql`alter table videos enable trigger videos_stamp`);
    await updateVideo(database, videoId, { title: 'Later' });
    expect(await changedAt(videoId)).toEqual(future);
  });

  test('is that of the change, not of the start of its transaction', async () => {
    const { videoId } = await newVideo(database);
    const before = await changedAt(videoId);
    await database.transaction(async (transaction) => {
      await transaction.execute(sql`select cast(pg_sleep(0.02) as text)`);
      await transaction.update(videos).set({ title: 'Late' }).where(eq(videos.id, videoId));
      const { rows } = await transaction.execute<{ late: boolean }>(
        sql`select changed_at > now() + interval '10 ms' as late from videos where id = cast(${videoId} as uuid)`,
      );
      expect(rows).toEqual([{ late: true }]);
    });
    expect((await changedAt(videoId)).getTime()).toBeGreaterThan(before.getTime());
  });
});
