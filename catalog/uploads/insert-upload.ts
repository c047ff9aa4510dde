import { and, count, eq, getTableColumns, gt, isNull, sql } from 'drizzle-orm';
import type { CatalogDatabase } from '../database.ts';
import { uploads, videos, type UploadRow } from '../schema/index.ts';
import type { Visibility } from '../schema/video-status.ts';

/** A new upload and the video that it will become. */
export interface NewUploadRecord {
  /** UUIDv7 of the upload. */
  readonly id: string;
  /** UUIDv7 */
  readonly videoId: string;
  readonly owner: { readonly id: string; readonly name: string };
  readonly bucket: string;
  readonly key: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Absent for an upload in a single request. */
  readonly multipart?: { readonly uploadId: string; readonly partSizeBytes: number };
  readonly title: string;
  readonly description: string;
  readonly visibility: Visibility;
}

/** Time within which an upload must be completed; the bucket aborts unfinished multipart uploads at the same age. */
const LIFETIME = sql`interval '7 days'`;

/**
 * Inserts the video and its upload, both or neither. The chain finds the video by its key once the bytes have arrived.
 *
 * @param maxOpen number of uploads that one owner may have open, also enforced across concurrent calls
 * @returns undefined if the owner already has that many
 */
export async function insertUpload(
  database: CatalogDatabase,
  record: NewUploadRecord,
  maxOpen: number,
): Promise<UploadRow | undefined> {
  const { id, videoId, owner, bucket, key, multipart, title, description, visibility } = record;
  const video = database.$with('video', { id: videos.id }).as(sql`
    insert into ${videos} (id, bucket, key, title, description, visibility, owner_id, owner_name)
    select
      cast(${videoId} as uuid), ${bucket}, ${key}, ${title}, ${description}, ${visibility}, ${owner.id}, ${owner.name}
    where count_open_uploads(${owner.id}) < cast(${maxOpen} as bigint)
    returning id`);
  const upload = database.$with('upload', getTableColumns(uploads)).as(sql`
    insert into ${uploads} (
      id, video_id, owner_id, bucket, key, file_name, content_type, size_bytes, multipart_upload_id, part_size_bytes,
      expires_at
    )
    select
      cast(${id} as uuid), video.id, ${owner.id}, ${bucket}, ${key}, ${record.fileName}, ${record.contentType},
      cast(${record.sizeBytes} as bigint), ${multipart?.uploadId ?? null},
      cast(${multipart?.partSizeBytes ?? null} as bigint), now() + ${LIFETIME}
    from video
    returning *`);
  const [created] = await database.with(video, upload).select().from(upload);
  return created;
}

/** Counts the uploads of an owner that can still be completed, as `insertUpload` counts them. */
export async function countOpenUploads(database: CatalogDatabase, ownerId: string): Promise<number> {
  const [row] = await database
    .select({ open: count() })
    .from(uploads)
    .where(and(eq(uploads.ownerId, ownerId), isNull(uploads.completedAt), gt(uploads.expiresAt, sql`now()`)));
  return row?.open ?? 0;
}
