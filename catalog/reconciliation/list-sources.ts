import { sql } from 'drizzle-orm';
import * as z from 'zod';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos } from '../schema/index.ts';

/** Versions of a key that a listing returns; of a key that was uploaded more often, the newest. */
const MAX_VERSIONS = 200;

const sourceSchema = z.object({
  videoId: z.string(),
  key: z.string(),
  status: z.string(),
  /** Version of the newest revision that was not superseded or deleted; null without one. */
  newestVersionId: z.string().nullable(),
  /** Largest sequencer of its revisions. */
  maxSequencer: z.string().nullable(),
  /** Ids of the registered versions. */
  versionIds: z.array(z.string()),
});
export type CatalogSource = z.infer<typeof sourceSchema>;

/**
 * Lists the keys of videos in a bucket, deleted ones included, in the order in which S3 lists keys: by the bytes of UTF-8.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 *
 * @param after last key of the previous page
 */
export async function listSources(
  database: CatalogDatabase,
  { bucket, after, limit }: { readonly bucket: string; readonly after?: string | undefined; readonly limit: number },
): Promise<CatalogSource[]> {
  const { rows } = await database.execute<{ source: string }>(sql`
    select cast(json_build_object(
      'videoId', video.id, 'key', video.key, 'status', video.status,
      'newestVersionId', (select r.version_id from ${revisions} as r where r.id = video.latest_revision_id and r.status <> 'deleted'),
      'maxSequencer', (select max(r.sequencer) from ${revisions} as r where r.video_id = video.id),
      'versionIds', coalesce((select json_agg(r.version_id) from (
        select version_id from ${revisions} where video_id = video.id and version_id is not null
        order by number desc limit ${MAX_VERSIONS}
      ) as r), '[]')
    ) as text) as source
    from (
      select * from ${videos}
      where bucket = ${bucket} ${after === undefined ? sql`` : sql`and key collate "C" > ${after}`}
      order by key collate "C" limit ${limit}
    ) as video
    order by video.key collate "C"`);
  return rows.map(({ source }) => sourceSchema.parse(JSON.parse(source)));
}
