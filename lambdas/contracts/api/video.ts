import * as z from 'zod';
import { PRICE_TIERS } from '../../../catalog/schema/price-tier.ts';
import { STORED_VIDEO_STATUSES as CATALOG_STATUSES, VISIBILITIES } from '../../../catalog/schema/video-status.ts';
import { STEPS } from '../steps.ts';
import { isoInstant } from './iso-instant.ts';
import { requestObject } from './request-object.ts';
import { hasVisibleCharacter, MAX_DESCRIPTION_LENGTH, MAX_TITLE_LENGTH } from './text-rules.ts';
import { SOURCE_WARNING_CODES } from '../source-warnings.ts';
import { shownLineSchema, shownTextSchema, textSchema } from './text.ts';

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

const MEASURE = 'counted in Unicode code points after composition (NFC) and trimming';

export const titleSchema = shownLineSchema
  .min(1)
  .max(MAX_TITLE_LENGTH)
  .refine((text) => text === '' || hasVisibleCharacter(text), 'must contain a visible character')
  .describe(`1 to ${MAX_TITLE_LENGTH} characters, ${MEASURE}, at least one of them visible.`);
export const descriptionSchema = shownTextSchema
  .max(MAX_DESCRIPTION_LENGTH)
  .describe(`At most ${MAX_DESCRIPTION_LENGTH} characters, ${MEASURE}.`);

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
    /** Number of warnings about the newest upload. */
    warningCount: z.number().int().nonnegative(),
    playable: z
      .boolean()
      .describe(
        'Whether the video can be watched: as uploaded, from the moment its file was inspected, if players can show it, and ' +
          'encoded once it is ready; also while a newer upload is in progress or has failed.',
      ),
    withdrawnAt: isoInstant
      .nullable()
      .describe(
        'Since when the video is withdrawn, so that nobody can play it and only its owner and administrators see it; ' +
          'null if it is not.',
      ),
    durationMs: z.number().nonnegative().nullable(),
    /** Signed URL of the poster; null if the video is not playable. */
    posterUrl: z.url().nullable(),
    ownerName: z
      .string()
      .nullable()
      .describe('Sign-in name of the user who uploaded it through this API; null if it reached the bucket in another way, and for a caller without a token.'),
    /** Whether the caller may change, retry and delete it. */
    editable: z.boolean(),
    createdAt: isoInstant,
    /** Time of the last change to the video or its processing. */
    changedAt: isoInstant,
  })
  .meta({ id: 'VideoSummary' });
export type VideoSummary = z.infer<typeof videoSummarySchema>;

/** Stages of a video, in order; the steps after the encode run concurrently. `playable` exists for a source that plays before it. */
export const TIMELINE_STEPS = [
  'upload',
  'inspect',
  'playable',
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

/** An attempt to encode that failed, and that the system followed with another. */
const failedAttemptSchema = z
  .object({
    /** End code that the failure would have caused without a retry, or warning about what the next attempt leaves out. */
    code: z.string(),
    failedAt: isoInstant,
    /** Time from which the next attempt starts. */
    nextAt: isoInstant,
  })
  .meta({ id: 'FailedAttempt' });

const sourceTrackSchema = z.object({
  codec: z.string().nullable(),
  width: z.number().int().positive().nullable(),
  height: z.number().int().positive().nullable(),
  frameRate: z.number().positive().nullable(),
  language: z.string().nullable(),
  channels: z.number().int().positive().nullable(),
});

/** Way in which the video of an upload differs from the file. */
const warningSchema = z
  .object({
    code: z.enum(SOURCE_WARNING_CODES).describe('Listed in `docs/errors.md`. Later versions may add codes.'),
    track: z.number().int().positive().nullable().describe('Number of the track among tracks of its kind, from 1.'),
    startMs: z
      .number()
      .nonnegative()
      .nullable()
      .describe('Start of the affected part, from the start of the video; null if unknown, or if the whole video is affected.'),
    durationMs: z.number().nonnegative().nullable().describe('Duration of the affected part.'),
  })
  .meta({ id: 'Warning' });
export type Warning = z.infer<typeof warningSchema>;

/** Whether a file is shown as it was uploaded, without being encoded first. */
const justInTimeSchema = z
  .object({
    level: z.enum(['everywhere', 'page', 'none']).describe('In every player, only in the page of the video, or not at all.'),
    reasons: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .describe('Why not at a higher level. Codes are listed in `docs/just-in-time.md`; later versions may add some.'),
  })
  .meta({ id: 'JustInTime' });

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

/** Price of the encode, computed before its job is sent from the job's settings. */
const priceSchema = z
  .object({
    tier: z.enum(PRICE_TIERS).describe('Tier in which MediaConvert bills the job.'),
    estimatedUsd: z
      .number()
      .nonnegative()
      .describe('List price of the job in us-east-1, in US dollars. A video whose price exceeds a cap fails with `price_cap_reached`.'),
  })
  .meta({ id: 'Price' });

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
    justInTime: justInTimeSchema
      .nullable()
      .describe('Whether the newest upload plays before it is encoded; null until it was inspected, and for a file that is no MP4 or QuickTime.'),
    timeline: z.array(timelineEntrySchema),
    /** Attempts to encode before the current or last one, oldest first. */
    failedAttempts: z.array(failedAttemptSchema),
    warnings: z
      .array(warningSchema)
      .describe(
        'What viewers miss from the newest upload; empty until it has been inspected, and if it was rejected or failed. ' +
          'Warnings are not part of the status: a video with warnings becomes ready.',
      ),
    /** Id of the unfinished upload, of this client or another, while the video is `uploading`. */
    uploadId: z.uuid().nullable().describe(EDITORS_ONLY),
    source: sourceSchema,
    renditions: z.array(renditionSchema),
    price: priceSchema.nullable().describe(`${EDITORS_ONLY} Null until the upload was inspected.`),
    priceUsd: z
      .number()
      .nonnegative()
      .nullable()
      .describe(`List price of the output that was encoded, in US dollars; null until then. ${EDITORS_ONLY}`),
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
  search: textSchema
    .max(MAX_TITLE_LENGTH)
    .optional()
    .meta({ description: 'Words of the title, ignoring case, Unicode form and invisible characters; empty for all videos.' }),
  status: statusFilterSchema.optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});

/** Fields to change; the others keep their values. */
export const videoChangeSchema = requestObject({
  title: titleSchema,
  description: descriptionSchema,
  visibility: visibilitySchema,
})
  .partial()
  .refine((change) => Object.keys(change).length > 0, {
    error: 'must contain a field to change',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({ id: 'VideoChange' });
export type VideoChange = z.infer<typeof videoChangeSchema>;
