import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { catalogDatabase, type CatalogDatabase } from '../../catalog/database.ts';
import { editVideo } from '../../catalog/library/edit-video.ts';
import { findVideo } from '../../catalog/library/find-video.ts';
import { beginOnce, completeOnce, releaseOnce } from '../../catalog/library/idempotency.ts';
import { countUnfinished, listChanges, presentCursor } from '../../catalog/library/list-changes.ts';
import { recordPercent } from '../../catalog/library/record-percent.ts';
import {
  completeUpload,
  countOpenUploads,
  createUpload,
  findAnnouncedUpload,
  noteUploadActivity,
  removeExpiredUploads,
  removeUpload,
} from '../../catalog/library/uploads.ts';
import { uploads, videos } from '../../catalog/schema/index.ts';
import { startLocalCatalog, type LocalCatalog } from './local-catalog.ts';
import { announced, arrive, encode, finish, leaveLying, readyVideo } from './made-videos.ts';

const onServer = process.env['DATABASE_URL'] !== undefined;

let catalog: LocalCatalog;
let database: CatalogDatabase;
beforeAll(async () => {
  catalog = await startLocalCatalog();
  ({ database } = catalog);
}, 60_000);
afterAll(() => catalog.close());

const person = (id: string) => ({ id, isAdmin: false });
const admin = { id: 'admin', isAdmin: true };
const videoOf = async (videoId: string) => (await findVideo(database, videoId))!;
const statusOf = async (videoId: string) => (await videoOf(videoId)).video.status;

describe('the change feed', () => {
  const changesSince = async (cursor: Awaited<ReturnType<typeof presentCursor>>, limit = 100) =>
    listChanges(database, admin, { since: cursor, end: await presentCursor(database), limit });

  test('tells of each video once, as it is now, whatever of it has changed', async () => {
    const quiet = await announced(database);
    const encoding = await encode(database, await arrive(database, await announced(database)));
    const start = await presentCursor(database);
    expect(await changesSince(start)).toEqual({ rows: [], cursor: start, hasMore: false });

    await recordPercent(database, encoding.revisionId, encoding.job.attemptId, 50);
    const edited = await announced(database);
    await editVideo(database, edited.videoId, { title: 'Another' });
    await finish(database, encoding);
    const page = await changesSince(start);
    expect(page.rows.map(({ video }) => [video.id, video.status])).toEqual([
      [edited.videoId, 'uploading'],
      [encoding.videoId, 'ready'],
    ]);
    expect((await changesSince(page.cursor)).rows).toEqual([]);
    await editVideo(database, quiet.videoId, { description: 'Words' });
    expect((await changesSince(page.cursor)).rows).toHaveLength(1);
  });

  test('says nothing of a write that changes nothing', async () => {
    const { videoId } = await announced(database, { title: 'Same' });
    const start = await presentCursor(database);
    await editVideo(database, videoId, { title: 'Same' });
    expect((await changesSince(start)).rows).toEqual([]);
  });

  test('can be read in small pages', async () => {
    const start = await presentCursor(database);
    const made = [];
    for (let count = 0; count < 5; count += 1) made.push((await announced(database)).videoId);
    const seen: string[] = [];
    for (let cursor = start, hasMore = true; hasMore;) {
      const page = await changesSince(cursor, 2);
      seen.push(...page.rows.map(({ video }) => video.id));
      ({ cursor, hasMore } = page);
    }
    expect(seen).toEqual(made);
  });

  test('gives each viewer pages of what they may see, and what of it they no longer may', async () => {
    const viewer = person('feed-viewer');
    const start = await presentCursor(database);
    const made: string[] = [];
    for (const options of [
      { owner: viewer.id },
      { owner: 'feed-other' },
      { owner: 'feed-other', visibility: 'shared' },
      { owner: 'feed-other' },
      { owner: 'feed-other', visibility: 'public' },
    ] as const) {
      made.push((await announced(database, options)).videoId);
    }
    await editVideo(database, made[2]!, { visibility: 'private' });
    const seen: string[] = [];
    for (let cursor = start, hasMore = true; hasMore;) {
      const page = await listChanges(database, viewer, { since: cursor, end: await presentCursor(database), limit: 1 });
      seen.push(...page.rows.map(({ video }) => video.id));
      ({ cursor, hasMore } = page);
      expect([made[0], made[2], made[4], start.videoId]).toContain(cursor.videoId);
    }
    expect(seen).toEqual([made[0], made[4], made[2]]);
  });

  // The built-in PostgreSQL runs one transaction at a time.
  (onServer ? describe : describe.skip)('on a server', () => {
    test('misses nothing of a transaction that ends after one that began later', async () => {
      const [early, late] = [await announced(database), await announced(database)];
      const start = await presentCursor(database);
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
  });

  const unfinished = async (viewer: ReturnType<typeof person>) =>
    countUnfinished(database, viewer, await presentCursor(database));

  test('counts what is on its way and may be seen, but no upload that was left lying', async () => {
    const viewer = person('counting');
    const before = await unfinished(viewer);
    await arrive(database, await announced(database, { owner: viewer.id }));
    await announced(database, { owner: 'counting-other' });
    await announced(database, { owner: 'counting-other', visibility: 'shared' });
    await readyVideo(database, { owner: viewer.id });
    const { videoId } = await announced(database, { owner: viewer.id });
    expect(await unfinished(viewer)).toBe(before + 3);
    await leaveLying(database, videoId);
    expect(await unfinished(viewer)).toBe(before + 2);
    await noteUploadActivity(database, videoId);
    expect(await unfinished(viewer)).toBe(before + 3);
  });

  test('counts what has come to its end too late to be told of it, so that it is asked for once more', async () => {
    const viewer = person('waiting');
    const encoding = await encode(database, await arrive(database, await announced(database, { owner: viewer.id })));
    const before = await unfinished(person('waiting-nobody'));
    const [start, end] = [await presentCursor(database), await presentCursor(database)];
    await finish(database, encoding);
    await announced(database, { owner: 'waiting-other' });
    expect((await listChanges(database, viewer, { since: start, end, limit: 10 })).rows).toEqual([]);
    expect(await countUnfinished(database, viewer, end)).toBe(before + 1);
    expect(await unfinished(viewer)).toBe(before);
  });
});

describe('an announced upload', () => {
  test('is complete when its client says so, or when the chain has seen it', async () => {
    const [first, second] = [await announced(database), await announced(database)];
    await completeUpload(database, first.uploadId);
    expect(await statusOf(first.videoId)).toBe('uploaded');
    await arrive(database, second);
    expect((await findAnnouncedUpload(database, second.uploadId))?.upload.completedAt).toBeInstanceOf(Date);
    await completeUpload(database, second.uploadId);
    expect(await statusOf(second.videoId)).toBe('uploaded');
  });

  test('may be told to be complete at the moment at which the chain hears of it', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => announced(database)));
    const clients = made.map(() => catalogDatabase(catalog.connect(), catalog.location));
    await Promise.all(
      made.flatMap((each, index) => [completeUpload(database, each.uploadId), arrive(clients[index]!, each)]),
    );
    const found = await Promise.all(made.map(({ uploadId }) => findAnnouncedUpload(database, uploadId)));
    for (const each of found)
      expect(each).toMatchObject({ video: { status: 'uploaded' }, upload: { completedAt: expect.any(Date) } });
  });

  test('can be given up until it is complete', async () => {
    const owner = 'giving-up';
    const [gone, arrived] = [await announced(database, { owner }), await announced(database, { owner })];
    await arrive(database, arrived);
    expect(await countOpenUploads(database, owner)).toBe(1);
    expect([await removeUpload(database, gone.uploadId), await removeUpload(database, arrived.uploadId)]).toEqual([
      true,
      false,
    ]);
    expect([await statusOf(gone.videoId), await statusOf(arrived.videoId)]).toEqual(['deleted', 'uploaded']);
    expect(await countOpenUploads(database, owner)).toBe(0);
    expect(await findAnnouncedUpload(database, gone.uploadId)).toBeUndefined();
  });

  test('that has expired goes when anybody begins another, and nothing else does', async () => {
    const [old, open] = [await announced(database, { owner: 'gone' }), await announced(database)];
    await database
      .update(uploads)
      .set({ expiresAt: new Date('2020-01-01') })
      .where(eq(uploads.id, old.uploadId));
    await removeExpiredUploads(database);
    expect([await statusOf(old.videoId), await statusOf(open.videoId)]).toEqual(['deleted', 'uploading']);
  });
});

describe('the uploads that somebody may have open', () => {
  const announce = (owner: string) => {
    const [id, videoId] = [uuidv7(), uuidv7()];
    const upload = { id, videoId, owner: { id: owner, name: owner }, bucket: 'b', key: videoId, fileName: 'a.mp4' };
    const words = { contentType: 'video/mp4', sizeBytes: 1, title: 'A', description: '', visibility: 'private' } as const;
    return createUpload(catalogDatabase(catalog.connect(), catalog.location), { ...upload, ...words }, 3);
  };

  test('are no more however many are announced at once', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => announce('eager')));
    expect(made.filter((upload) => upload !== undefined)).toHaveLength(3);
    expect(await countOpenUploads(database, 'eager')).toBe(3);
    const { rows } = await database.execute(sql`select id from videos where owner_id = 'eager'`);
    expect(rows).toHaveLength(3);
    expect(await announce('another')).toMatchObject({ ownerId: 'another', completedAt: null });
  });

  // The built-in PostgreSQL runs one transaction at a time.
  (onServer ? describe : describe.skip)('on a server', () => {
    test('are counted by one after the other', async () => {
      const order: string[] = [];
      let another: Promise<unknown> = Promise.resolve();
      await database.transaction(async (transaction) => {
        await transaction.execute(sql`select count_open_uploads('patient')`);
        another = announce('patient').then(() => order.push('another'));
        await Promise.race([another, transaction.execute(sql`select pg_sleep(0.2)`)]);
        order.push('the first');
      });
      await another;
      expect(order).toEqual(['the first', 'another']);
    });
  });
});

describe('the time at which a video changed', () => {
  const changedAt = async (videoId: string) => (await videoOf(videoId)).video.changedAt;

  test('does not go back where the clock does', async () => {
    const { videoId } = await announced(database);
    const future = new Date(Date.now() + 3_600_000);
    await database.execute(sql`alter table videos disable trigger videos_stamp`);
    await database.update(videos).set({ changedAt: future }).where(eq(videos.id, videoId));
    await database.execute(sql`alter table videos enable trigger videos_stamp`);
    await editVideo(database, videoId, { title: 'Later' });
    expect(await changedAt(videoId)).toEqual(future);
  });

  test('is that of the change, not that at which its transaction began', async () => {
    const { videoId } = await announced(database);
    const before = await changedAt(videoId);
    await database.transaction(async (transaction) => {
      await transaction.execute(sql`select pg_sleep(0.02)`);
      await transaction.update(videos).set({ title: 'Late' }).where(eq(videos.id, videoId));
      const { rows } = await transaction.execute<{ late: boolean }>(
        sql`select changed_at > now() + interval '10 ms' as late from videos where id = cast(${videoId} as uuid)`,
      );
      expect(rows).toEqual([{ late: true }]);
    });
    expect((await changedAt(videoId)).getTime()).toBeGreaterThan(before.getTime());
  });
});

describe('a request with a key', () => {
  const request = (key: string, requestHash = 'hash') => ({ ownerId: 'keys', key, requestHash, resourceId: uuidv7() });
  const age = (key: string, column: string, interval: string) =>
    database.execute(
      sql`update idempotency_keys set ${sql.raw(column)} = now() - cast(${interval} as interval) where key = ${key}`,
    );

  test('is begun by one of many, and then is in progress, completed, or another', async () => {
    const standings = await Promise.all([1, 2, 3, 4].map(() => beginOnce(database, request('many'))));
    expect(standings.map(({ state }) => state).toSorted()).toEqual([
      'begun',
      'in_progress',
      'in_progress',
      'in_progress',
    ]);
    expect(await beginOnce(database, request('many', 'other'))).toEqual({ state: 'reused' });
    const begun = standings.find((standing) => 'resourceId' in standing);
    await completeOnce(database, request('many'));
    expect(await beginOnce(database, request('many'))).toEqual({ ...begun, state: 'completed' });
  });

  test('is taken over, with its id, when whoever began it broke off or is gone', async () => {
    const first = await beginOnce(database, request('broken'));
    await releaseOnce(database, request('broken'));
    expect(await beginOnce(database, request('broken'))).toEqual(first);
    await age('broken', 'started_at', '2 minutes');
    expect(await beginOnce(database, request('broken'))).toEqual(first);
  });

  test('is forgotten after a day', async () => {
    const first = request('day');
    await beginOnce(database, first);
    await completeOnce(database, first);
    await age('day', 'created_at', '25 hours');
    const again = request('day', 'other');
    expect(await beginOnce(database, again)).toEqual({ state: 'begun', resourceId: again.resourceId });
    await age('day', 'created_at', '25 hours');
    await beginOnce(database, request('next'));
    const { rows } = await database.execute(sql`select key from idempotency_keys where key = 'day'`);
    expect(rows).toEqual([]);
  });
});
