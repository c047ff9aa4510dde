import { and, count, eq, getTableColumns, gt, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { uploads, videos, type UploadRow, type VideoRow } from '../schema/index.ts';
import type { Visibility } from '../schema/video-status.ts';

/** An upload that a client announces, and the video that it is to become. */
export interface NewUploadRecord {
  /** UUIDv7, of the upload. */
  readonly id: string;
  /** UUIDv7 */
  readonly videoId: string;
  readonly owner: { readonly id: string; readonly name: string };
  readonly bucket: string;
  readonly key: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Left out for an upload in a single request. */
  readonly multipart?: { readonly uploadId: string; readonly partSizeBytes: number };
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
}

/** How long an upload can be finished; the bucket removes the parts of one that was not at the same age. */
const LIFETIME = sql`interval '7 days'`;

/**
 * Makes the video and its upload, both or neither. The chain finds the video by its key when the bytes have come.
 *
 * @param mostOpen uploads that their owner may have open at once, however many are announced at the same moment
 * @returns undefined if there are so many
 */
export async function insertUpload(
  database: CatalogDatabase,
  announced: NewUploadRecord,
  mostOpen: number,
): Promise<UploadRow | undefined> {
  const { id, videoId, owner, bucket, key, multipart, title, description, visibility } = announced;
  const video = database.$with('video', { id: videos.id }).as(sql`
    insert into ${videos} (id, bucket, key, title, description, visibility, owner_id, owner_name)
    select
      cast(${videoId} as uuid), ${bucket}, ${key}, ${title}, ${description}, ${visibility}, ${owner.id}, ${owner.name}
    where count_open_uploads(${owner.id}) < cast(${mostOpen} as bigint)
    returning id`);
  const upload = database.$with('upload', getTableColumns(uploads)).as(sql`
    insert into ${uploads} (
      id, video_id, owner_id, bucket, key, file_name, content_type, size_bytes, multipart_upload_id, part_size_bytes,
      expires_at
    )
    select
      cast(${id} as uuid), video.id, ${owner.id}, ${bucket}, ${key}, ${announced.fileName}, ${announced.contentType},
      cast(${announced.sizeBytes} as bigint), ${multipart?.uploadId ?? null},
      cast(${multipart?.partSizeBytes ?? null} as bigint), now() + ${LIFETIME}
    from video
    returning *`);
  const [created] = await database.with(video, upload).select().from(upload);
  return created;
}

export interface FoundUpload {
  readonly upload: UploadRow;
  readonly video: VideoRow;
}

export async function findUpload(
  database: CatalogDatabase,
  uploadId: string,
): Promise<FoundUpload | undefined> {
  const [row] = await database
    .select({ upload: uploads, video: videos })
    .from(uploads)
    .innerJoin(videos, eq(videos.id, uploads.videoId))
    .where(eq(uploads.id, uploadId));
  return row;
}

export async function findUploadOfVideo(database: CatalogDatabase, videoId: string): Promise<UploadRow | undefined> {
  const [upload] = await database.select().from(uploads).where(eq(uploads.videoId, videoId));
  return upload;
}

/** So often at most is it noted down that an upload goes on. */
const NOTED_AFTER = sql`interval '1 minute'`;

/** The client of an upload is at it: others may expect it to become a video soon. */
export async function recordUploadActivity(database: CatalogDatabase, videoId: string): Promise<void> {
  await database.execute(sql`
    update ${videos} set changed_at = now()
    where id = cast(${videoId} as uuid) and status = 'uploading' and changed_at < now() - ${NOTED_AFTER}`);
}

/** Uploads of somebody that can still be finished, as the database counts them when it makes one more. */
export async function countOpenUploads(database: CatalogDatabase, ownerId: string): Promise<number> {
  const [row] = await database
    .select({ open: count() })
    .from(uploads)
    .where(and(eq(uploads.ownerId, ownerId), isNull(uploads.completedAt), gt(uploads.expiresAt, sql`now()`)));
  return row?.open ?? 0;
}

/**
 * All bytes are in the bucket, as its client says, before the chain has heard of them. The video comes first, as in the
 * trigger that does the same when the chain hears: two that took the rows in different orders would wait for each other.
 */
export async function completeUpload(database: CatalogDatabase, uploadId: string): Promise<void> {
  await database.execute(sql`
    with arrived as (
      update ${videos} as video set status = case video.status when 'uploading' then 'uploaded' else video.status end
      where video.id = (select video_id from ${uploads} where id = cast(${uploadId} as uuid))
      returning video.id
    )
    update ${uploads} as upload set completed_at = now() from arrived
    where upload.video_id = arrived.id and upload.completed_at is null`);
}

/**
 * Removes an upload that was given up and leaves a tombstone of the video that never was, so that bytes that come late
 * find it deleted.
 *
 * @returns false if its bytes have come; it is a video now
 */
export async function removeUpload(database: CatalogDatabase, uploadId: string): Promise<boolean> {
  return (await removeUploads(database, sql`id = cast(${uploadId} as uuid)`)) > 0;
}

/** Enough for each new upload to sweep away more than it leaves. */
const SWEPT_AT_ONCE = 10;

/**
 * Removes some of the uploads that can no longer be finished, whoever announced them: their owners may never come back.
 * Several who do so at once take different ones. The bucket removes their parts, at the same age.
 */
export async function removeExpiredUploads(database: CatalogDatabase): Promise<void> {
  await removeUploads(
    database,
    sql`id in (
      select expired.id from ${uploads} as expired join ${videos} as video on video.id = expired.video_id
      where expired.completed_at is null and expired.expires_at < now()
      order by expired.expires_at limit ${SWEPT_AT_ONCE}
      for no key update of video skip locked
    )`,
  );
}

async function removeUploads(database: CatalogDatabase, which: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await database.execute<{ id: string }>(sql`
    with given_up as (
      select id, video_id from ${uploads} where ${which} and completed_at is null
    ), removed as (
      update ${videos} as video set status = 'deleted', title = '', description = '', owner_name = null from given_up
      where video.id = given_up.video_id and video.status = 'uploading'
      returning video.id
    )
    delete from ${uploads} as upload using given_up, removed
    where upload.id = given_up.id and removed.id = given_up.video_id
    returning upload.id`);
  return rows.length;
}
