import { sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../../../catalog/database.ts';

export interface LibrarySize {
  readonly videos: number;
  /** Number of owners, named `owner-0` and so on, with equal numbers of videos. */
  readonly owners: number;
}

/** Videos per statement; a Data API statement may take 45 seconds. */
const BATCH_SIZE = 10_000;

const TABLES_WITH_TRIGGERS = ['videos', 'revisions', 'steps'];

/**
 * Fills the tables with a library of several years: most videos ready, few failed or in progress, a tenth shared. Video
 * number n has the id `00000000-0000-7000-8000-` followed by n in hexadecimal; its revision and upload differ in the first
 * digit.
 */
export async function fillLibrary(database: CatalogDatabase, { videos, owners }: LibrarySize): Promise<void> {
  // The rows include the values that the triggers would set.
  for (const table of TABLES_WITH_TRIGGERS)
    await database.execute(sql.raw(`alter table ${table} disable trigger user`));
  for (let first = 1; first <= videos; first += BATCH_SIZE) {
    await fill(database, first, Math.min(videos, first + BATCH_SIZE - 1), owners);
  }
  for (const table of TABLES_WITH_TRIGGERS) await database.execute(sql.raw(`alter table ${table} enable trigger user`));
  await database.execute(sql`analyze`);
}

async function fill(database: CatalogDatabase, first: number, last: number, owners: number): Promise<void> {
  const numbers = sql`generate_series(cast(${first} as integer), cast(${last} as integer)) as n`;
  const id = (kind: string) => sql`cast(${kind} || '0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0') as uuid)`;
  const owner = sql`'owner-' || n % cast(${owners} as integer)`;
  const status = sql`case when n % 100 = 0 then 'failed' when n % 101 = 0 then 'transcoding' else 'ready' end`;
  await database.execute(sql`
    insert into videos (id, bucket, key, title, owner_id, visibility, status, changed_xid)
    select ${id('0')}, 'source', 'uploads/' || n, 'Lesson ' || n, ${owner},
      case when n % 10 = 0 then 'shared' else 'private' end, ${status}, n
    from ${numbers}`);
  await database.execute(sql`
    insert into revisions (id, video_id, number, version_id, status, code, attempt_id, duration_ms, ended_at)
    select ${id('1')}, ${id('0')}, 1, 'v', ${status}, 'encoder_error', 'attempt' || n, 12000,
      case when ${status} <> 'transcoding' then now() - n * interval '1 minute' end
    from ${numbers}`);
  await database.execute(sql`
    update videos set latest_revision_id = revisions.id, current_revision_id = revisions.id
    from revisions
    where revisions.video_id = videos.id and revisions.id in (select ${id('1')} from ${numbers})`);
  await database.execute(sql`
    insert into steps (revision_id, step, status) select ${id('1')}, 'metadata', 'done' from ${numbers}`);
  await database.execute(sql`
    insert into renditions (revision_id, name, kind, codecs, duration_ms, size_bytes, average_bps, peak_bps)
    select ${id('1')}, '720p', 'video', 'avc1', 1, 1, 1, 1 from ${numbers}`);
  await database.execute(sql`
    insert into uploads (id, video_id, owner_id, bucket, key, size_bytes, expires_at, completed_at)
    select ${id('2')}, ${id('0')}, ${owner}, 'source', 'uploads/' || n, 1, now(),
      case when n % 100 = 0 then null else now() end
    from ${numbers}`);
  await database.execute(sql`
    insert into idempotency_keys (owner_id, key, request_hash, resource_id, created_at)
    select 'owner', 'key-' || n, 'hash', ${id('2')}, now() - n * interval '1 minute' from ${numbers}`);
}
