import { type SQL, sql } from 'drizzle-orm';
import * as z from 'zod';
import type { CatalogDatabase } from '../database.ts';
import { renditions, revisions, settledChanges, steps, videos } from '../schema/index.ts';
import { REVISION_STATUSES } from '../schema/revision-status.ts';

const instant = z.coerce.date().nullable();

const revisionSchema = z.object({
  id: z.string(),
  number: z.number(),
  status: z.enum(REVISION_STATUSES),
  attemptId: z.string().nullable(),
  jobId: z.string().nullable(),
  versionId: z.string().nullable(),
  etag: z.string().nullable(),
  sequencer: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  /** Duration of the source. */
  durationMs: z.number().nullable(),
  createdAt: z.coerce.date(),
  claimedAt: instant,
  submittedAt: instant,
  endedAt: instant,
  publishedAt: instant,
  supersededAt: instant,
  sourceSupersededAt: instant,
  retiredAt: instant,
  /** Time of the next attempt, after a failed one. */
  nextAttemptAt: instant,
  /** Steps that are done, and when the last of them ended. */
  stepsDone: z.array(z.string()),
  lastStepAt: instant,
  /** Sizes of the media files of a ready revision, by name. */
  renditions: z.record(z.string(), z.number()),
});
export type ReconciledRevision = z.infer<typeof revisionSchema>;

const rowSchema = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  status: z.string(),
  title: z.string(),
  withdrawnAt: instant,
  publication: z.number(),
  changedAt: z.coerce.date(),
  currentRevisionId: z.string().nullable(),
  justInTimeRevisionId: z.string().nullable(),
  /** Number of the pointer that the catalog demands, and of the one that was written last. */
  pointerNumber: z.number(),
  settledPointer: z.number().nullable(),
  /** Number of the last withdrawal or publication that took effect. */
  settledPublication: z.number(),
  /** Number of the newest revision that was removed; null before the first removal. */
  removedThrough: z.number().nullable(),
});

/** A video with its revisions, oldest first. */
export interface ReconciledVideo extends z.infer<typeof rowSchema> {
  readonly revisions: readonly ReconciledRevision[];
}

/**
 * Lists videos by id, deleted ones included, each with all its revisions and what tells whether they agree with the buckets.
 *
 * @param after id of the last video of the previous page
 */
export async function listReconciledVideos(
  database: CatalogDatabase,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<ReconciledVideo[]> {
  const from = after === undefined ? sql`true` : sql`id > cast(${after} as uuid)`;
  return selectVideos(database, sql`select * from ${videos} where ${from} order by id limit ${limit}`);
}

/** Returns one video as it is now, or undefined if it does not exist. */
export async function findReconciledVideo(database: CatalogDatabase, videoId: string): Promise<ReconciledVideo | undefined> {
  const [video] = await selectVideos(database, sql`select * from ${videos} where id = cast(${videoId} as uuid)`);
  return video;
}

/** Selects a row for each revision, or one for a video without any: a row of the Data API holds 64 KiB. */
async function selectVideos(database: CatalogDatabase, page: SQL): Promise<ReconciledVideo[]> {
  const { rows } = await database.execute<{ video: string; revision: string | null }>(sql`
    select
      cast(json_build_object(
        'id', video.id, 'bucket', video.bucket, 'key', video.key, 'status', video.status, 'title', left(video.title, 1),
        'withdrawnAt', video.withdrawn_at, 'publication', video.publication, 'changedAt', video.changed_at,
        'currentRevisionId', video.current_revision_id, 'justInTimeRevisionId', video.just_in_time_revision_id,
        'pointerNumber', video.pointer_number, 'settledPointer', settled.pointer,
        'settledPublication', coalesce(settled.publication, 0), 'removedThrough', settled.removed_through
      ) as text) as video,
      case when r.id is not null then cast(json_build_object(
        'id', r.id, 'number', r.number, 'status', r.status, 'attemptId', r.attempt_id, 'jobId', r.job_id,
        'versionId', r.version_id, 'etag', r.etag, 'sequencer', r.sequencer, 'sizeBytes', r.size_bytes,
        'durationMs', r.source -> 'durationMs', 'createdAt', r.created_at, 'claimedAt', r.claimed_at,
        'submittedAt', r.submitted_at, 'endedAt', r.ended_at, 'publishedAt', r.published_at,
        'supersededAt', r.superseded_at, 'sourceSupersededAt', r.source_superseded_at, 'retiredAt', r.retired_at,
        'nextAttemptAt', r.failed_attempts -> -1 ->> 'nextAt',
        'stepsDone', coalesce((select json_agg(s.step) from ${steps} as s
          where r.status = 'processing' and s.revision_id = r.id and s.status = 'done'), '[]'),
        'lastStepAt', (select max(s.ended_at) from ${steps} as s where r.status = 'processing' and s.revision_id = r.id),
        'renditions', coalesce((select json_object_agg(m.name, m.size_bytes) from ${renditions} as m
          where r.status = 'ready' and m.revision_id = r.id), '{}')
      ) as text) end as revision
    from (${page}) as video
    left join ${settledChanges} as settled on settled.video_id = video.id
    left join ${revisions} as r on r.video_id = video.id
    order by video.id, r.number`);
  const found: { video: z.infer<typeof rowSchema>; revisions: ReconciledRevision[] }[] = [];
  for (const row of rows) {
    const video = rowSchema.parse(JSON.parse(row.video));
    if (found.at(-1)?.video.id !== video.id) found.push({ video, revisions: [] });
    if (row.revision !== null) found.at(-1)?.revisions.push(revisionSchema.parse(JSON.parse(row.revision)));
  }
  return found.map(({ video, revisions: all }) => ({ ...video, revisions: all }));
}
