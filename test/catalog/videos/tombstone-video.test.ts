import { eq, sql } from 'drizzle-orm';
import { catalogDatabase, type CatalogDatabase } from '../../../catalog/database.ts';
import { tombstoneVideo } from '../../../catalog/videos/tombstone-video.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { removeUpload } from '../../../catalog/uploads/remove-upload.ts';
import { markDeleted, findDeletionScope } from '../../../catalog/videos/mark-deleted.ts';
import { recordOutput } from '../../../catalog/revisions/record-output.ts';
import { registerUpload } from '../../../catalog/revisions/register-upload.ts';
import { revisions, videos } from '../../../catalog/schema/index.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import { newVideo, registerSource, startEncode, finishEncode, readyVideo } from '../../support/catalog/test-videos.ts';
import { findRenditions, findSteps } from '../../support/catalog/revision-rows.ts';

let catalog: LocalCatalog;
let database: CatalogDatabase;
useLocalCatalog((started) => {
  catalog = started;
  ({ database } = catalog);
});

async function statusOf(videoId: string) {
  return (await findVideo(database, videoId))?.video.status;
}

function revisionsOf(videoId: string) {
  return database.select().from(revisions).where(eq(revisions.videoId, videoId));
}

/** Returns all rows about a video, as text. */
async function recordOf(videoId: string): Promise<string> {
  const { rows } = await database.execute(sql`
    select to_jsonb(video) as row from videos as video where id = cast(${videoId} as uuid)
    union all select to_jsonb(revision) from revisions as revision where video_id = cast(${videoId} as uuid)
    union all select to_jsonb(upload) from uploads as upload where video_id = cast(${videoId} as uuid)`);
  return JSON.stringify(rows);
}

test('a tombstone holds no names, texts or technical data, and no steps or renditions', async () => {
  const { videoId, revisionId, key } = await readyVideo(database, { owner: 'ada', title: 'Our wedding' });
  await database.update(videos).set({ description: 'On the beach' }).where(eq(videos.id, videoId));
  await database.update(revisions).set({ message: 'In words' }).where(eq(revisions.id, revisionId));
  expect(await recordOf(videoId)).toMatch(/ada@example\.com.*AVC/);
  await markDeleted(database, { videoId, lastRevision: 1 });
  await tombstoneVideo(database, videoId);
  expect(await recordOf(videoId)).not.toMatch(/ada@|wedding|beach|words|AVC|isobmff|video\/mp4|0\.015/);
  expect([await findSteps(database, revisionId), await findRenditions(database, revisionId)]).toEqual([[], []]);
  // The key stays, to identify late events.
  expect(await recordOf(videoId)).toContain(key);
});

test('the tombstone of a canceled upload holds no names or texts', async () => {
  const { videoId, uploadId } = await newVideo(database, { owner: 'ada', title: 'Our wedding' });
  await removeUpload(database, uploadId);
  expect(await recordOf(videoId)).not.toMatch(/ada@|wedding/);
});

test('a step that was running when its video was deleted records nothing', async () => {
  const { videoId, job } = await startEncode(database, await registerSource(database, await newVideo(database)));
  await markDeleted(database, { videoId, lastRevision: 1 });
  await tombstoneVideo(database, videoId);
  const measured = { durationMs: 1, sizeBytes: 1, averageBps: 1, peakBps: 1 };
  const unknown = { width: null, height: null, frameRate: null, language: null, channels: null };
  const rendition = { name: 'a', kind: 'video', codecs: 'avc1', ...measured, ...unknown } as const;
  await recordOutput(database, job, { durationMs: 1, priceUsd: '1.000000', renditions: [rendition] });
  expect(await findRenditions(database, job.revisionId)).toEqual([]);
  expect((await revisionsOf(videoId))[0]).toMatchObject({ status: 'deleted', durationMs: null, priceTier: null, estimatedPriceUsd: null, priceUsd: null });
});

test('deleting a video without an owner keeps the revisions registered after the request', async () => {
  const upload = { bucket: 'b', key: 'in/own.mp4', etag: 'e', sizeBytes: 1 };
  const first = await registerUpload(database, { ...upload, versionId: '1', sequencer: '1' });
  const videoId = first.video.id;
  const part = await findDeletionScope(database, videoId);
  const second = await registerUpload(database, { ...upload, versionId: '2', sequencer: '2' });
  for (let times = 0; times < 2; times += 1) {
    await markDeleted(database, part!);
    await tombstoneVideo(database, videoId);
  }
  expect(await revisionsOf(videoId)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: first.revision.id, status: 'deleted', etag: null }),
      expect.objectContaining({ id: second.revision.id, status: 'uploaded', etag: 'e' }),
    ]),
  );
  expect(await statusOf(videoId)).toBe('uploaded');
});

describe('an upload registered while its video is being deleted', () => {
  test.each([
    ['before the request', 0],
    ['after the request', 1],
    ['after the revisions were marked', 2],
    ['after the tombstone', 3],
  ])('is deleted too if registered %s', async (_when, registeredAt) => {
    const made = await newVideo(database);
    const { videoId } = made;
    let part = { videoId, lastRevision: -1 };
    const steps = [
      async () => (part = (await findDeletionScope(database, videoId))!),
      () => markDeleted(database, part),
      () => tombstoneVideo(database, videoId),
    ];
    for (const [index, step] of steps.entries()) {
      if (index === registeredAt) await registerSource(database, made);
      await step();
    }
    if (registeredAt === steps.length) await registerSource(database, made);
    expect(await statusOf(videoId)).toBe('deleted');
    expect((await revisionsOf(videoId)).map(({ status }) => status)).toEqual(['deleted']);
  });

  test('is deleted too if registered concurrently', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => newVideo(database)));
    const clients = made.map(() => catalogDatabase(catalog.connect(), catalog.location));
    await Promise.all(
      made.flatMap(({ videoId, ...each }, index) => [
        registerSource(clients[index]!, { videoId, ...each }),
        markDeleted(database, { videoId, lastRevision: 0 }).then(() => tombstoneVideo(database, videoId)),
      ]),
    );
    for (const { videoId } of made) {
      expect(await statusOf(videoId)).toBe('deleted');
      expect((await revisionsOf(videoId)).map(({ status }) => status)).toEqual(['deleted']);
    }
  });
});

test('deleting a deleted video again is not a change', async () => {
  const { videoId } = await finishEncode(
    database,
    await startEncode(database, await registerSource(database, await newVideo(database))),
  );
  const stamps: unknown[] = [];
  for (let times = 0; times < 2; times += 1) {
    await markDeleted(database, { videoId, lastRevision: 1 });
    await tombstoneVideo(database, videoId);
    stamps.push((await database.select().from(videos).where(eq(videos.id, videoId)))[0]?.changedXid);
  }
  expect(stamps[1]).toBe(stamps[0]);
});
