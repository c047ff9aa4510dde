import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, numeric, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import type { SourceFacts } from './source-facts.ts';
import { REVISION_STATUSES } from './revision-status.ts';
import { instant, now } from './instant.ts';
import { oneOf } from './one-of.ts';
import { videos } from './videos-and-revisions.ts';

/** One for each version of a video's source object. */
export const revisions = pgTable(
  'revisions',
  {
    /** UUIDv7 */
    id: uuid().primaryKey(),
    videoId: uuid('video_id')
      .notNull()
      .references(() => videos.id),
    /** Counts from 1 for each video, in the order in which the uploads became known. */
    number: integer().notNull(),
    /** S3's version id; `etag:` and the ETag where the bucket is not versioned. */
    versionId: text('version_id'),
    etag: text(),
    /** S3's sequencer, padded so that comparing text orders the uploads of one key. */
    sequencer: text(),
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    contentType: text('content_type'),
    /** The arrows of `catalog/schema/revision-status.ts`, held to by a trigger. */
    status: text({ enum: REVISION_STATUSES }).notNull(),
    /** Of `lambdas/contracts/end-codes.ts`, when rejected or failed. */
    code: text(),
    message: text(),
    /** Submission that may encode this revision; events of any other are ignored. */
    attemptId: text('attempt_id'),
    /** Who claimed it: the message that is worked on. */
    claimedBy: text('claimed_by'),
    /** When the attempt was claimed; empty when its claimant gave it up. */
    claimedAt: instant('claimed_at'),
    jobId: text('job_id'),
    source: jsonb().$type<SourceFacts>(),
    /** The ladder and storyboard that the job was asked for, as the planner wrote it. */
    plan: jsonb().$type<unknown>(),
    /** Of the encode of the claimed attempt, 0 to 100; moves only forward. */
    percent: integer(),
    /** Length of what was produced. */
    durationMs: bigint('duration_ms', { mode: 'number' }),
    /** What the encode costs by list price, in US dollars. */
    priceUsd: numeric('price_usd', { precision: 12, scale: 6 }),
    createdAt: instant('created_at').notNull().default(now),
    submittedAt: instant('submitted_at'),
    endedAt: instant('ended_at'),
    /** When the end was announced; an end without it is announced again. */
    publishedAt: instant('published_at'),
  },
  (table) => [
    unique('revisions_number').on(table.videoId, table.number),
    unique('revisions_version').on(table.videoId, table.versionId),
    unique('revisions_attempt').on(table.attemptId),
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
