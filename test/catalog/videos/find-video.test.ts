import { catalogDatabase } from '../../../catalog/database.ts';
import { findVideo } from '../../../catalog/videos/find-video.ts';
import { updateVideo } from '../../../catalog/videos/update-video.ts';
import { useLocalCatalog, type LocalCatalog } from '../../support/catalog/local-catalog.ts';
import { newVideo } from '../../support/catalog/test-videos.ts';

let catalog: LocalCatalog;
useLocalCatalog((started) => void (catalog = started), { role: 'api' });

/** A database that makes a change after it has read the overview and before it reads the details, the first few times. */
function changing(times: number, change: (time: number) => Promise<unknown>) {
  const client = catalog.connect();
  let count = 0;
  let overview = Promise.withResolvers<void>();
  client.middlewareStack.add(
    (next) => async (args) => {
      const { sql = '' } = args.input as { readonly sql?: string };
      if (sql.includes('"description"')) {
        await overview.promise;
        overview = Promise.withResolvers();
        count += 1;
        if (count <= times) await change(count);
      }
      const result = await next(args);
      if (sql.includes('shown_changed_at')) overview.resolve();
      return result;
    },
    { step: 'initialize' },
  );
  return catalogDatabase(client, catalog.location);
}

const SECRET = { visibility: 'private', description: 'secret' } as const;
const PUBLIC = { visibility: 'public', description: 'for all' } as const;

test('never returns the description of one version with the visibility of another', async () => {
  const { videoId } = await newVideo(catalog.database);
  await updateVideo(catalog.database, videoId, PUBLIC);
  const database = changing(3, (time) =>
    updateVideo(catalog.database, videoId, time % 2 === 1 ? SECRET : PUBLIC),
  );
  const found = await findVideo(database, videoId);
  expect([found?.video.visibility, found?.description]).toEqual(['private', 'secret']);
});

test('fails instead of mixing versions if a video changes without a pause', async () => {
  const { videoId } = await newVideo(catalog.database);
  const database = changing(Number.POSITIVE_INFINITY, (time) =>
    updateVideo(catalog.database, videoId, time % 2 === 1 ? SECRET : PUBLIC),
  );
  await expect(findVideo(database, videoId)).rejects.toThrow('changes faster');
});
