import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../../../catalog/database.ts';
import { addWarnings } from '../../../catalog/revisions/add-warnings.ts';
import { listProgress } from '../../../catalog/revisions/list-progress.ts';
import { useLocalCatalog } from '../../support/catalog/local-catalog.ts';
import { endedVideo, newVideo, readyVideo, registerSource, startEncode } from '../../support/catalog/test-videos.ts';
import { STEPS } from '../../../lambdas/contracts/steps.ts';

let database: CatalogDatabase;
useLocalCatalog((started) => void ({ database } = started));

test('lists what is in progress and what ended since a time, oldest first, with its finished steps', async () => {
  const old = await readyVideo(database);
  const oldButRunning = await startEncode(database, await registerSource(database, await newVideo(database)));
  await database.execute(sql`update revisions set ended_at = now() - interval '1 hour' where ended_at is not null`);
  const failed = await endedVideo(database, 'encoder_error');
  const ready = await readyVideo(database);
  const arrived = await registerSource(database, await newVideo(database));
  const warnings = [{ code: 'sound_track_skipped', track: 2 }];
  await addWarnings(database, ready.job, warnings);

  const listed = await listProgress(database, new Date(Date.now() - 60_000));
  expect(listed.map(({ revisionId, status, code }) => [revisionId, status, code])).toEqual([
    [oldButRunning.revisionId, 'transcoding', null],
    [failed.revisionId, 'failed', 'encoder_error'],
    [ready.revisionId, 'ready', null],
    [arrived.revisionId, 'uploaded', null],
  ]);
  expect(listed[2]).toMatchObject({ videoId: ready.videoId, key: ready.key, endedAt: expect.any(Date), warnings });
  expect(listed[2]?.stepsDone.toSorted()).toEqual([...STEPS].toSorted());
  expect(listed[0]).toMatchObject({ endedAt: null, stepsDone: [] });
  expect(listed.map(({ revisionId }) => revisionId)).not.toContain(old.revisionId);
});
