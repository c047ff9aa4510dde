import { z } from 'zod';
import { STORED_VIDEO_STATUSES as CATALOG_STATUSES, VISIBILITIES } from '../../../catalog/schema/video-status.ts';
import { STEPS } from '../steps.ts';
import { isoInstant } from './iso-instant.ts';
import { textSchema } from './text.ts';

/**
 * Statuses of a video's newest upload, in order. The bytes of an `uploading` video have not all arrived; a deleted video
 * is visible to no one.
 */
const VIDEO_STATUSES = CATALOG_STATUSES.filter((status) => status !== 'deleted');
const videoStatusSchema = z.enum(VIDEO_STATUSES).meta({ id: 'VideoStatus' });
export type VideoStatus = z.infer<typeof videoStatusSchema>;

/** Who may watch a video. Media URLs are signed at every visibility. */
export const visibilitySchema = z.enum(VISIBILITIES).meta({ id: 'Visibility' });
export type Visibility = z.infer<typeof visibilitySchema>;

/** Maximum title length, in UTF-16 code units. */
export const MAX_TITLE_LENGTH = 200;
export const titleSchema = textSchema.trim().min(1).max(MAX_TITLE_LENGTH);
export const descriptionSchema = textSchema.trim().max(5000);

/** A video as lists show it. */
export const videoSummarySchema = z
  .object({
    id: z.uuid(),
    title: titleSchema,
    visibility: visibilitySchema,
    status: videoStatusSchema,
    /** End code of a rejected or failed video, listed in `docs/errors.md`. */
    code: z.string().nullable(),
    /** Progress of the encode, 0 to 100, while the video is transcoding. */
    percent: z.number().min(0).max(100).nullable(),
    /** Whether the video can be watched, even if a newer upload is in progress or has failed. */
    playable: z.boolean(),
    durationMs: z.number().nonnegative().nullable(),
    /** Signed URL of the poster; null if the video is not playable. */
    posterUrl: z.url().nullable(),
    /** Name of the user who uploaded it through this API; null if it reached the bucket in another way. */
    ownerName: z.string().nullable(),
    /** Whether the caller may change, retry and delete it. */
    editable: z.boolean(),
    createdAt: isoInstant,
    /** Time of the last change to the video or its processing. */
    changedAt: isoInstant,
  })
  .meta({ id: 'VideoSummary' });
export type VideoSummary = z.infer<typeof videoSummarySchema>;

/** Stages of a video, in order; the steps after the encode run concurrently. */
export const TIMELINE_STEPS = [
  'upload',
  'inspect',
  'encode',
  ...STEPS,
  'publish',
] as const;

const timelineEntrySchema = z
  .object({
    step: z.enum(TIMELINE_STEPS),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
    startedAt: isoInstant.nullable(),
    endedAt: isoInstant.nullable(),
    /** 0 to 100; null if unknown. */
    percent: z.number().min(0).max(100).nullable(),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

const sourceTrackSchema = z.object({
  codec: z.string().nullable(),
  width: z.number().int().positive().nullable(),
  height: z.number().int().positive().nullable(),
  frameRate: z.number().positive().nullable(),
  language: z.string().nullable(),
  channels: z.number().int().positive().nullable(),
});

const EDITORS_ONLY = 'Null unless the caller may edit the video.';

/** Technical data of the uploaded file. */
const sourceSchema = z
  .object({
    fileName: z.string().nullable().describe(EDITORS_ONLY),
    sizeBytes: z.number().int().nonnegative().nullable(),
    contentType: z.string().nullable(),
    container: z.string().nullable(),
    durationMs: z.number().nonnegative().nullable(),
    video: sourceTrackSchema.nullable(),
    audio: z.array(sourceTrackSchema),
  })
  .meta({ id: 'Source' });

const renditionSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['video', 'audio']),
    /** RFC 6381 codec string, as in the playlist. */
    codecs: z.string(),
    width: z.number().int().positive().nullable(),
    height: z.number().int().positive().nullable(),
    frameRate: z.number().positive().nullable(),
    language: z.string().nullable(),
    channels: z.number().int().positive().nullable(),
    durationMs: z.number().nonnegative(),
    sizeBytes: z.number().int().nonnegative(),
    /** Average bit rate of the stored media. `peakBps` is that of the segment with the highest one. */
    averageBps: z.number().int().nonnegative(),
    peakBps: z.number().int().nonnegative(),
  })
  .meta({ id: 'Rendition' });

/** A video with the details of its newest upload and the renditions that viewers get. */
export const videoSchema = videoSummarySchema
  .extend({
    description: z.string(),
    /** Number of the newest upload of this video, from 1; null before the first has arrived. */
    revision: z.number().int().positive().nullable(),
    /** Explanation of the end of a rejected or failed video. */
    message: z
      .string()
      .nullable()
      .describe('The reported message if the caller may edit the video, otherwise the text of the code.'),
    timeline: z.array(timelineEntrySchema),
    /** Id of the unfinished upload, of this client or another, while the video is `uploading`. */
    uploadId: z.uuid().nullable().describe(EDITORS_ONLY),
    source: sourceSchema,
    renditions: z.array(renditionSchema),
    /** List price of the encode, in US dollars. */
    priceUsd: z.number().nonnegative().nullable().describe(EDITORS_ONLY),
  })
  .meta({ id: 'Video' });
export type Video = z.infer<typeof videoSchema>;

export const videoListSchema = z
  .object({
    videos: z.array(videoSummarySchema),
    /** Cursor of the next page; null after the last. */
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'VideoList' });
export type VideoList = z.infer<typeof videoListSchema>;

/** One or more statuses: `status=failed,rejected`, or one parameter for each. */
const statusFilterSchema = z
  .preprocess(
    (given) => [given].flat().flatMap((text) => (typeof text === 'string' ? text.split(',') : text)),
    z.array(videoStatusSchema).min(1).max(VIDEO_STATUSES.length),
  )
  .meta({
    description: 'One or more statuses, separated by commas.',
    type: 'array',
    items: { $ref: '#/components/schemas/VideoStatus' },
    param: { style: 'form', explode: false },
  });

export const listRequestSchema = z.object({
  /** Words of the title, ignoring case. */
  search: textSchema.trim().max(200).optional(),
  status: statusFilterSchema.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});

/** Fields to change; the others keep their values. */
export const videoChangeSchema = z
  .object({ title: titleSchema, description: descriptionSchema, visibility: visibilitySchema })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must contain a field to change')
  .meta({ id: 'VideoChange' });
export type VideoChange = z.infer<typeof videoChangeSchema>;
