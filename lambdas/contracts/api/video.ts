import { z } from 'zod';
import { STORED_VIDEO_STATUSES as CATALOG_STATUSES, VISIBILITIES } from '../../../catalog/schema/video-status.ts';
import { STEPS } from '../steps.ts';
import { isoInstant } from './iso-instant.ts';
import { textSchema } from './text.ts';

/**
 * Where a video's newest upload stands, in the order of its way. `uploading` is a video whose bytes have not all come
 * yet; nobody gets to see one that was deleted.
 */
export const VIDEO_STATUSES = CATALOG_STATUSES.filter((status) => status !== 'deleted');
export const videoStatusSchema = z.enum(VIDEO_STATUSES).meta({ id: 'VideoStatus' });
export type VideoStatus = z.infer<typeof videoStatusSchema>;

/** Who may watch. The media of all of them are signed. */
export const visibilitySchema = z.enum(VISIBILITIES).meta({ id: 'Visibility' });
export type Visibility = z.infer<typeof visibilitySchema>;

/** Of a title, in UTF-16 code units. */
export const MAX_TITLE_LENGTH = 200;
export const titleSchema = textSchema.trim().min(1).max(MAX_TITLE_LENGTH);
export const descriptionSchema = textSchema.trim().max(5000);

/** A video as a list shows it. */
export const videoSummarySchema = z
  .object({
    id: z.uuid(),
    title: titleSchema,
    visibility: visibilitySchema,
    status: videoStatusSchema,
    /** Of `docs/errors.md`, when rejected or failed. */
    code: z.string().nullable(),
    /** Of the encode, 0 to 100, while it is transcoding. */
    percent: z.number().min(0).max(100).nullable(),
    /** Whether there is something to watch, though a newer upload may still be on its way, or have failed. */
    playable: z.boolean(),
    durationMs: z.number().nonnegative().nullable(),
    /** Signed; of what is playable. */
    posterUrl: z.url().nullable(),
    /** Who uploaded it through this API; nobody where it came to the bucket by another way. */
    ownerName: z.string().nullable(),
    /** Whether the asker may change, retry and delete it. */
    editable: z.boolean(),
    createdAt: isoInstant,
    /** Of the last change to anything of it. */
    changedAt: isoInstant,
  })
  .meta({ id: 'VideoSummary' });
export type VideoSummary = z.infer<typeof videoSummarySchema>;

/** What a video goes through, in this order; the three steps after the encode run side by side. */
export const TIMELINE_STEPS = [
  'upload',
  'inspect',
  'encode',
  ...STEPS,
  'publish',
] as const;

export const timelineEntrySchema = z
  .object({
    step: z.enum(TIMELINE_STEPS),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'skipped']),
    startedAt: isoInstant.nullable(),
    endedAt: isoInstant.nullable(),
    /** 0 to 100, where it is known. */
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

const TOLD_TO_EDITORS = 'Told only to whoever may edit the video.';

/** What was found in the uploaded file. */
export const sourceSchema = z
  .object({
    fileName: z.string().nullable().describe(TOLD_TO_EDITORS),
    sizeBytes: z.number().int().nonnegative().nullable(),
    contentType: z.string().nullable(),
    container: z.string().nullable(),
    durationMs: z.number().nonnegative().nullable(),
    video: sourceTrackSchema.nullable(),
    audio: z.array(sourceTrackSchema),
  })
  .meta({ id: 'Source' });

export const renditionSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['video', 'audio']),
    /** RFC 6381, as in the playlist. */
    codecs: z.string(),
    width: z.number().int().positive().nullable(),
    height: z.number().int().positive().nullable(),
    frameRate: z.number().positive().nullable(),
    language: z.string().nullable(),
    channels: z.number().int().positive().nullable(),
    durationMs: z.number().nonnegative(),
    sizeBytes: z.number().int().nonnegative(),
    /** Bits a second of the media as it lies in the bucket; `peakBps` of the segment that needs most. */
    averageBps: z.number().int().nonnegative(),
    peakBps: z.number().int().nonnegative(),
  })
  .meta({ id: 'Rendition' });

/** A video with everything that is known of its newest upload, and the renditions that are played. */
export const videoSchema = videoSummarySchema
  .extend({
    description: z.string(),
    /** Counts the uploads of this video from 1; null before the first has arrived. */
    revision: z.number().int().positive().nullable(),
    /** In words, when rejected or failed. */
    message: z.string().nullable().describe('What was reported, to whoever may edit the video; else what the code says.'),
    timeline: z.array(timelineEntrySchema),
    /** Of the upload that is still to be finished, from this client or another, while the video is `uploading`. */
    uploadId: z.uuid().nullable().describe(TOLD_TO_EDITORS),
    source: sourceSchema,
    renditions: z.array(renditionSchema),
    /** What the encode costs by list price, in US dollars. */
    priceUsd: z.number().nonnegative().nullable().describe(TOLD_TO_EDITORS),
  })
  .meta({ id: 'Video' });
export type Video = z.infer<typeof videoSchema>;

export const videoListSchema = z
  .object({
    videos: z.array(videoSummarySchema),
    /** Asks for the page that follows; null after the last. */
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'VideoList' });
export type VideoList = z.infer<typeof videoListSchema>;

/** One status or several, `status=failed,rejected` or a parameter for each. */
const statusFilterSchema = z
  .preprocess(
    (given) => [given].flat().flatMap((text) => (typeof text === 'string' ? text.split(',') : text)),
    z.array(videoStatusSchema).min(1).max(VIDEO_STATUSES.length),
  )
  .meta({
    description: 'One status or several, separated by commas.',
    type: 'array',
    items: { $ref: '#/components/schemas/VideoStatus' },
    param: { style: 'form', explode: false },
  });

export const listRequestSchema = z.object({
  /** Words of the title, in any case. */
  search: textSchema.trim().max(200).optional(),
  status: statusFilterSchema.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});

/** Changes only what is named. */
export const videoChangeSchema = z
  .object({ title: titleSchema, description: descriptionSchema, visibility: visibilitySchema })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change')
  .meta({ id: 'VideoChange' });
export type VideoChange = z.infer<typeof videoChangeSchema>;
