import { eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { catalogDatabase, type CatalogDatabase } from '../../../catalog/database.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { recordUploadCompletion } from '../../../catalog/uploads/record-upload-completion.ts';
import { findUpload } from '../../../catalog/uploads/find-upload.ts';
import { countOpenUploads, insertUpload } from '../../../catalog/uploads/insert-upload.ts';
import { removeExpiredUploads, removeUpload } from '../../../catalog/uploads/remove-upload.ts';
import { uploads } from '../../../catalog/schema/index.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import { newVideo, registerSource } from '../../support/catalog/test-videos.ts';

const onServer = process.env['DATABASE_URL'] !== undefined;

let catalog: LocalCatalog;
let database: CatalogDatabase;
useLocalCatalog((started) => {
  catalog = started;
  ({ database } = catalog);
}, { role: 'api' });

async function videoOf(videoId: string) {
  return (await findVideo(database, videoId))!;
}

async function statusOf(videoId: string) {
  return (await videoOf(videoId)).video.status;
}

describe('an upload', () => {
  test('is complete when its client completes it or the chain registers its object', async () => {
    const [first, second] = [await newVideo(database), await newVideo(database)];
    await recordUploadCompletion(database, first.uploadId);
    expect(await statusOf(first.videoId)).toBe('uploaded');
    await registerSource(catalog.as('chain'), second);
    expect((await findUpload(database, second.uploadId))?.upload.completedAt).toBeInstanceOf(Date);
    await recordUploadCompletion(database, second.uploadId);
    expect(await statusOf(second.videoId)).toBe('uploaded');
  });

  test('can be completed while the chain registers its object', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => newVideo(database)));
    const clients = made.map(() => catalogDatabase(catalog.connect(), catalog.locations.chain));
    await Promise.all(
      made.flatMap((each, index) => [
        recordUploadCompletion(database, each.uploadId),
        registerSource(clients[index]!, each),
      ]),
    );
    const found = await Promise.all(made.map(({ uploadId }) => findUpload(database, uploadId)));
    for (const each of found)
      expect(each).toMatchObject({ video: { status: 'uploaded' }, upload: { completedAt: expect.any(Date) } });
  });

  test('can be canceled until it is complete', async () => {
    const owner = 'giving-up';
    const [gone, arrived] = [await newVideo(database, { owner }), await newVideo(database, { owner })];
    await registerSource(catalog.as('chain'), arrived);
    expect(await countOpenUploads(database, owner)).toBe(1);
    expect([await removeUpload(database, gone.uploadId), await removeUpload(database, arrived.uploadId)]).toEqual([
      true,
      false,
    ]);
    expect([await statusOf(gone.videoId), await statusOf(arrived.videoId)]).toEqual(['deleted', 'uploaded']);
    expect(await countOpenUploads(database, owner)).toBe(0);
    expect(await findUpload(database, gone.uploadId)).toBeUndefined();
  });

  test('is removed by the next cleanup only if it has expired', async () => {
    const [old, open] = [await newVideo(database, { owner: 'gone' }), await newVideo(database)];
    await database
      .update(uploads)
      .set({ expiresAt: new Date('2020-01-01') })
      .where(eq(uploads.id, old.uploadId));
    await removeExpiredUploads(database);
    expect([await statusOf(old.videoId), await statusOf(open.videoId)]).toEqual(['deleted', 'uploading']);
  });
});

describe('the limit of open uploads', () => {
  const create = (owner: string) => {
    const [id, videoId] = [uuidv7(), uuidv7()];
    const upload = { id, videoId, owner: { id: owner, name: owner }, bucket: 'b', key: videoId, fileName: 'a.mp4' };
    const words = {
      contentType: 'video/mp4',
      sizeBytes: 1,
      title: 'A',
      description: '',
      visibility: 'private',
    } as const;
    return insertUpload(catalogDatabase(catalog.connect(), catalog.location), { ...upload, ...words }, 3);
  };

  test('holds among concurrent creations', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => create('eager')));
    expect(made.filter((upload) => upload !== undefined)).toHaveLength(3);
    expect(await countOpenUploads(database, 'eager')).toBe(3);
    const { rows } = await database.execute(sql`select id from videos where owner_id = 'eager'`);
    expect(rows).toHaveLength(3);
    expect(await create('another')).toMatchObject({ ownerId: 'another', completedAt: null });
  });

  // The built-in PostgreSQL runs one transaction at a time.
  (onServer ? describe : describe.skip)('on a server', () => {
    test('is checked by one transaction after another', async () => {
      const order: string[] = [];
      let another: Promise<unknown> = Promise.resolve();
      await database.transaction(async (transaction) => {
        await transaction.execute(sql`select count_open_uploads('patient')`);
        another = create('patient').then(() => order.push('another'));
        await Promise.race([another, transaction.execute(sql`select cast(pg_sleep(0.2) as text)`)]);
        order.push('the first');
      });
      await another;
      expect(order).toEqual(['the first', 'another']);
    });
  });
});
