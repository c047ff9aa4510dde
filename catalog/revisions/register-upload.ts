import { and, eq, getTableColumns, gt, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import type { CatalogDatabase } from '../database.ts';
import { revisions, videos, type Revision } from '../schema/index.ts';
import { findRevisionByVersion, type RegisteredRevision } from './find-revision.ts';
import { comparableSequencer } from './sequencer.ts';
import { sqlStateOf, UNIQUE_VIOLATION } from '../sql-state.ts';
import { titleOf } from '../videos/title-of.ts';

/** An upload: one version of one object. */
export interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
  /** Sequencer as S3 sends it. */
  readonly sequencer: string;
  readonly sizeBytes: number;
  readonly contentType?: string | undefined;
}

export interface RegisteredUpload extends RegisteredRevision {
  /** Whether this call created the revision, and thereby counted the first start on it. */
  readonly isNew: boolean;
}

const MAX_TRIES = 20;

/**
 * Creates the video and the revision of an upload unless they exist; repeated and concurrent calls are safe. A revision
 * registered after a newer upload of the same key is `superseded` from the start.
 *
 * Two uploads of one key that register at the same moment compute the same number; the unique key admits one of them and
 * the other retries. A transaction that gets number n has therefore seen the n - 1 before it, and of any two uploads the
 * one with the higher number knows whether it is the older.
 */
export async function registerUpload(database: CatalogDatabase, upload: UploadedObject): Promise<RegisteredUpload> {
  for (let tries = 1; ; tries += 1) {
    try {
      const created = await insertRevision(database, upload);
      if (created !== undefined) return { ...created, isNew: true };
      const found = await findRevisionByVersion(database, upload);
      if (found !== undefined) return { ...found, isNew: false };
    } catch (error) {
      if (sqlStateOf(error) !== UNIQUE_VIOLATION || tries === MAX_TRIES) throw error;
    }
  }
}

/** Inserts the video and the revision. @returns undefined if the upload is already registered */
async function insertRevision(
  database: CatalogDatabase,
  upload: UploadedObject,
): Promise<RegisteredRevision | undefined> {
  const sequencer = comparableSequencer(upload.sequencer);
  // Without an owner, a key can be written again after its video was deleted, which cleared the title. The new video is
  // published, and its number is one that no message about the deleted one carries.
  const isRevived = sql`known.title = '' and known.owner_id is null`;
  const video = database.$with('video', getTableColumns(videos)).as(sql`
    insert into ${videos} as known (id, bucket, key, title)
    values (cast(${uuidv7()} as uuid), ${upload.bucket}, ${upload.key}, ${titleOf(upload.key)})
    on conflict (bucket, key) do update
      set title = case when ${isRevived} then excluded.title else known.title end,
        withdrawn_at = case when ${isRevived} then null else known.withdrawn_at end,
        publication = known.publication + case when ${isRevived} then 2 - known.publication % 2 else 0 end
    returning *`);
  const ofVideo = sql`${revisions} as known where known.video_id = video.id`;
  const revision = database.$with('revision', getTableColumns(revisions)).as(sql`
    insert into ${revisions} (id, video_id, number, version_id, etag, sequencer, size_bytes, content_type, status, ended_at, starts)
    select
      cast(${uuidv7()} as uuid), video.id, (select coalesce(max(known.number), 0) + 1 from ${ofVideo}),
      ${upload.versionId}, ${upload.etag}, ${sequencer}, ${upload.sizeBytes}, ${upload.contentType ?? null},
      case when newer.exists then 'superseded' else 'uploaded' end, case when newer.exists then now() end, 1
    from video
    cross join lateral (select exists (select from ${ofVideo} and known.sequencer > ${sequencer})) as newer
    on conflict (video_id, version_id) do nothing
    returning *`);
  const [registered] = await database
    .with(video, revision)
    .select()
    .from(revision)
    .innerJoin(video, sql`true`);
  return registered;
}

/** Returns whether a newer upload of the same key is known. */
export async function hasNewerUpload(database: CatalogDatabase, revision: Revision): Promise<boolean> {
  if (revision.sequencer === null) return false;
  const newer = await database
    .select({ id: revisions.id })
    .from(revisions)
    .where(and(eq(revisions.videoId, revision.videoId), gt(revisions.sequencer, revision.sequencer)))
    .limit(1);
  return newer.length > 0;
}
