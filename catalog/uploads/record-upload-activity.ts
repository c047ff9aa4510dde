import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { videos } from '../schema/index.ts';

/** Minimum time between two records. */
const MIN_INTERVAL = sql`interval '1 minute'`;

/** Records that the client of an upload is active, so that the change feed keeps counting the video as unfinished. */
export async function recordUploadActivity(database: CatalogDatabase, videoId: string): Promise<void> {
  await database.execute(sql`
    update ${videos} set changed_at = now()
    where id = cast(${videoId} as uuid) and status = 'uploading' and changed_at < now() - ${MIN_INTERVAL}`);
}
