import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { catalogDatabase, type CatalogDatabase } from '../../../catalog/database.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { acquireKey, completeKey, releaseKey } from '../../../catalog/idempotency/keys.ts';
import { completeUpload } from '../../../catalog/uploads/complete-upload.ts';
import { findUpload } from '../../../catalog/uploads/find-upload.ts';
import { countOpenUploads, insertUpload } from '../../../catalog/uploads/insert-upload.ts';
import { removeExpiredUploads, removeUpload } from '../../../catalog/uploads/remove-upload.ts';
import { uploads } from '../../../catalog/schema/index.ts';
import { startLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import { newVideo, registerSource } from '../../support/catalog/test-videos.ts';

const onServer = process.env['DATABASE_URL'] !== undefined;

let catalog: LocalCatalog;
let database: CatalogDatabase;
beforeAll(async () => {
  catalog = await startLocalCatalog();
  ({ database } = catalog);
}, 60_000);
afterAll(() => catalog.close());

async function videoOf(videoId: string) {
  return (await findVideo(database, videoId))!;
}

async function statusOf(videoId: string) {
  return (await videoOf(videoId)).video.status;
}

describe('an announced upload', () => {
  test('is complete when its client says so, or when the chain has seen it', async () => {
    const [first, second] = [await newVideo(database), await newVideo(database)];
    await completeUpload(database, first.uploadId);
    expect(await statusOf(first.videoId)).toBe('uploaded');
    await registerSource(database, second);
    expect((await findUpload(database, second.uploadId))?.upload.completedAt).toBeInstanceOf(Date);
    await completeUpload(database, second.uploadId);
    expect(await statusOf(second.videoId)).toBe('uploaded');
  });

  test('may be told to be complete at the moment at which the chain hears of it', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => newVideo(database)));
    const clients = made.map(() => catalogDatabase(catalog.connect(), catalog.location));
    await Promise.all(
      made.flatMap((each, index) => [completeUpload(database, each.uploadId), registerSource(clients[index]!, each)]),
    );
    const found = await Promise.all(made.map(({ uploadId }) => findUpload(database, uploadId)));
    for (const each of found)
      expect(each).toMatchObject({ video: { status: 'uploaded' }, upload: { completedAt: expect.any(Date) } });
  });

  test('can be given up until it is complete', async () => {
    const owner = 'giving-up';
    const [gone, arrived] = [await newVideo(database, { owner }), await newVideo(database, { owner })];
    await registerSource(database, arrived);
    expect(await countOpenUploads(database, owner)).toBe(1);
    expect([await removeUpload(database, gone.uploadId), await removeUpload(database, arrived.uploadId)]).toEqual([
      true,
      false,
    ]);
    expect([await statusOf(gone.videoId), await statusOf(arrived.videoId)]).toEqual(['deleted', 'uploaded']);
    expect(await countOpenUploads(database, owner)).toBe(0);
    expect(await findUpload(database, gone.uploadId)).toBeUndefined();
  });

  test('that has expired goes when anybody begins another, and nothing else does', async () => {
    const [old, open] = [await newVideo(database, { owner: 'gone' }), await newVideo(database)];
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
    return insertUpload(catalogDatabase(catalog.connect(), catalog.location), { ...upload, ...words }, 3);
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

describe('a request with a key', () => {
  const request = (key: string, requestHash = 'hash') => ({ ownerId: 'keys', key, requestHash, resourceId: uuidv7() });
  const age = (key: string, column: string, interval: string) =>
    database.execute(
      sql`update idempotency_keys set ${sql.raw(column)} = now() - cast(${interval} as interval) where key = ${key}`,
    );

  test('is begun by one of many, and then is in progress, completed, or another', async () => {
    const standings = await Promise.all([1, 2, 3, 4].map(() => acquireKey(database, request('many'))));
    expect(standings.map(({ state }) => state).toSorted()).toEqual([
      'begun',
      'in_progress',
      'in_progress',
      'in_progress',
    ]);
    expect(await acquireKey(database, request('many', 'other'))).toEqual({ state: 'reused' });
    const begun = standings.find((standing) => 'resourceId' in standing);
    await completeKey(database, request('many'));
    expect(await acquireKey(database, request('many'))).toEqual({ ...begun, state: 'completed' });
  });

  test('is taken over, with its id, when whoever began it broke off or is gone', async () => {
    const first = await acquireKey(database, request('broken'));
    await releaseKey(database, request('broken'));
    expect(await acquireKey(database, request('broken'))).toEqual(first);
    await age('broken', 'started_at', '2 minutes');
    expect(await acquireKey(database, request('broken'))).toEqual(first);
  });

  test('is forgotten after a day', async () => {
    const first = request('day');
    await acquireKey(database, first);
    await completeKey(database, first);
    await age('day', 'created_at', '25 hours');
    const again = request('day', 'other');
    expect(await acquireKey(database, again)).toEqual({ state: 'begun', resourceId: again.resourceId });
    await age('day', 'created_at', '25 hours');
    await acquireKey(database, request('next'));
    const { rows } = await database.execute(sql`select key from idempotency_keys where key = 'day'`);
    expect(rows).toEqual([]);
  });
});
