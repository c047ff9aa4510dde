import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import type { FailedAttempt } from './failed-attempt.ts';
import { instant, now } from './instant.ts';
import type { JustInTimeFacts } from './just-in-time-facts.ts';
import { oneOf } from './one-of.ts';
import { PRICE_TIERS } from './price-tier.ts';
import { REVISION_STATUSES } from './revision-status.ts';
import type { SourceFacts } from './source-facts.ts';
import type { SourceWarning } from './source-warning.ts';
import { STORED_VIDEO_STATUSES, type StoredVideoStatus, UNFINISHED_STATUSES, VISIBILITIES } from './video-status.ts';

// Both tables are in one file because each references the other.

/**
 * One row for each key of the source bucket. Triggers maintain `status`, `latestRevisionId`, `everShared`, `pointerNumber` and
 * the two `changed` columns when revisions, steps or videos are written.
 */
export const videos = pgTable(
  'videos',
  {
    /** UUIDv7, so that ids are in order of age. */
    id: uuid().primaryKey(),
    bucket: text().notNull(),
    key: text().notNull(),
    /** The revision that viewers get. A trigger lets it move only forward, and only to a ready revision of this video. */
    currentRevisionId: uuid('current_revision_id').references((): AnyPgColumn => revisions.id),
    title: text().notNull(),
    createdAt: instant('created_at').notNull().default(now),
    /** `sub` of the user who uploaded it through the API; null if it reached the bucket in another way. */
    ownerId: text('owner_id'),
    ownerName: text('owner_name'),
    description: text().notNull().default(''),
    visibility: text({ enum: VISIBILITIES }).notNull().default('private'),
    /** Whether other users have ever been able to see it, so that the change feed reports its withdrawal to them. */
    everShared: boolean('ever_shared').notNull().default(false),
    /** Since when its owner or an administrator has withdrawn it; null while it is published. */
    withdrawnAt: instant('withdrawn_at'),
    /**
     * Number of withdrawals and publications so far: odd while withdrawn. A message about one carries its number, so that
     * an old one cannot undo a newer one.
     */
    publication: integer().notNull().default(0),
    /**
     * The revision whose source plays just in time at the permanent address, unless a current revision of the same number or a
     * higher one has renditions. Moves only forward.
     */
    justInTimeRevisionId: uuid('just_in_time_revision_id').references((): AnyPgColumn => revisions.id),
    /** Raised by triggers with every change of what plays at the permanent address. */
    pointerNumber: integer('pointer_number').notNull().default(0),
    status: text().$type<StoredVideoStatus>().notNull().default('uploading'),
    /** The revision that determines `status`. */
    latestRevisionId: uuid('latest_revision_id').references((): AnyPgColumn => revisions.id),
    /** Time of the last change to the video, its revisions or their steps. */
    changedAt: instant('changed_at').notNull().default(now),
    /** Id of the transaction that made that change; the change feed is ordered by it. */
    changedXid: bigint('changed_xid', { mode: 'number' })
      .notNull()
      .default(sql`cast(cast(pg_current_xact_id() as text) as bigint)`),
  },
  (table) => [
    unique('videos_bucket_key').on(table.bucket, table.key),
    index('videos_status').on(table.status, table.id),
    index('videos_owner').on(table.ownerId, table.id),
    index('videos_owner_status').on(table.ownerId, table.status, table.id),
    index('videos_shared')
      .on(table.id)
      .where(sql`visibility <> 'private'`),
    index('videos_shared_status')
      .on(table.status, table.id)
      .where(sql`visibility <> 'private'`),
    index('videos_unfinished').on(table.ownerId, table.visibility).where(oneOf(table.status, UNFINISHED_STATUSES)),
    // In the order in which S3 lists keys.
    index('videos_source').on(table.bucket, sql`${table.key} collate "C"`),
    index('videos_changed').on(table.changedXid, table.id),
    check('videos_visibility', oneOf(table.visibility, VISIBILITIES)),
    check('videos_status', oneOf(table.status, STORED_VIDEO_STATUSES)),
    check('videos_publication', sql`(${table.withdrawnAt} is not null) = (${table.publication} % 2 = 1)`),
  ],
);
export type VideoRow = typeof videos.$inferSelect;

/** One row for each version of a video's source object. */
export const revisions = pgTable(
  'revisions',
  {
    /** UUIDv7 */
    id: uuid().primaryKey(),
    videoId: uuid('video_id')
      .notNull()
      .references(() => videos.id),
    /** Counts from 1 for each video, in the order in which its uploads were registered. */
    number: integer().notNull(),
    /** S3's version id; `etag:` and the ETag if the bucket is not versioned. */
    versionId: text('version_id'),
    etag: text(),
    /** S3's sequencer, padded so that comparing text orders the uploads of one key. */
    sequencer: text(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    contentType: text('content_type'),
    /** A trigger enforces the transitions of `revision-status.ts`. */
    status: text({ enum: REVISION_STATUSES }).notNull(),
    /** The end code of a rejected or failed revision, as `docs/errors.md` lists it. */
    code: text(),
    message: text(),
    /** The submission that may encode this revision; events of any other are ignored. */
    attemptId: text('attempt_id'),
    /** Id of the message whose handler claimed the revision. */
    claimedBy: text('claimed_by'),
    /** Time of the claim; null after the claim was released. */
    claimedAt: instant('claimed_at'),
    /** How many times transcode has started on it since it was uploaded, retried, or an attempt failed. */
    starts: integer().notNull().default(0),
    jobId: text('job_id'),
    /** Attempts before this one, oldest first; a retry by a user clears them. */
    failedAttempts: jsonb('failed_attempts')
      .$type<readonly FailedAttempt[]>()
      .notNull()
      .default(sql`'[]'`),
    source: jsonb().$type<SourceFacts>(),
    /** Warnings about the claimed attempt, for users; not part of the status. */
    warnings: jsonb()
      .$type<readonly SourceWarning[]>()
      .notNull()
      .default(sql`'[]'`),
    /** Just-in-time playback of the source; null until its sample tables have been read, and for other containers. */
    justInTime: jsonb('just_in_time').$type<JustInTimeFacts>(),
    /** The ladder and storyboard requested from the encoder, as the planner wrote them. */
    plan: jsonb().$type<unknown>(),
    /** Progress as earlier versions recorded it; `encode_progress` holds it now, and readers take the greater one. */
    percent: integer(),
    /** Duration of the encoded output. */
    durationMs: bigint('duration_ms', { mode: 'number' }),
    /** Tier in which the claimed attempt is billed. */
    priceTier: text('price_tier', { enum: PRICE_TIERS }),
    /** List price that the settings of the job imply, in US dollars, as computed before the job was sent. */
    estimatedPriceUsd: numeric('estimated_price_usd', { precision: 12, scale: 6 }),
    /** List price of the actual output, in US dollars. */
    priceUsd: numeric('price_usd', { precision: 12, scale: 6 }),
    createdAt: instant('created_at').notNull().default(now),
    submittedAt: instant('submitted_at'),
    endedAt: instant('ended_at'),
    /** When the end was published; an end without this time is published again. */
    publishedAt: instant('published_at'),
    /** When a newer revision replaced this one as the one that viewers get; null if it was never ready. */
    supersededAt: instant('superseded_at'),
    /** When a newer revision replaced this one, whose source played and which never was ready; null before. */
    sourceSupersededAt: instant('source_superseded_at'),
    /** When its objects were removed or archived: after its grace, or when a newer revision was ready if this one failed. */
    retiredAt: instant('retired_at'),
  },
  (table) => [
    unique('revisions_number').on(table.videoId, table.number),
    unique('revisions_version').on(table.videoId, table.versionId),
    unique('revisions_attempt').on(table.attemptId),
    index('revisions_ended').on(table.endedAt),
    index('revisions_unfinished')
      .on(table.status, table.createdAt)
      .where(sql`status in ('uploading', 'uploaded', 'transcoding', 'processing')`),
    check('revisions_status', oneOf(table.status, REVISION_STATUSES)),
    check('revisions_percent', sql`${table.percent} between 0 and 100`),
    check('revisions_number_positive', sql`${table.number} > 0`),
    check(
      'revisions_identified',
      sql`${table.versionId} is not null or ${table.status} in ('uploading', 'failed', 'superseded', 'deleted')`,
    ),
    check('revisions_end_code', sql`${table.code} is not null or ${table.status} not in ('rejected', 'failed')`),
  ],
);
export type Revision = typeof revisions.$inferSelect;
