import * as z from 'zod';

/** Request to the playback function. */
export const playbackRequestSchema = z.object({
  videoId: z.uuid(),
  /** By default the video's duration plus an hour, at least two hours, at most seven days. Some callers cannot extend it. */
  expiresInSeconds: z.number().int().min(60).max(604_800).optional(),
});
export type PlaybackRequest = z.infer<typeof playbackRequestSchema>;

const playerUrl = z.url().describe('Permanent address, which plays the uploaded file first and its renditions once they are ready.');
const encodedUrl = z.url().nullable().describe('Null until the first upload of the video has been encoded.');

/** Signed URLs of a video; one signature for its whole path is on each of them. */
export const playbackSchema = z.object({
  videoId: z.uuid(),
  /** Number of the upload that plays, in the project's page if `page` is not null. */
  revision: z.number().int().positive(),
  hlsUrl: playerUrl,
  dashUrl: playerUrl,
  plays: z
    .enum(['everywhere', 'page'])
    .describe("`page` if nothing but the project's own page can play the video until it is encoded: until then the URLs for players get 403."),
  /** How the project's own page plays a newer upload that not every player can show; null otherwise. */
  page: z
    .object({
      /** HLS of the uploaded file, packaged just in time. */
      hlsUrl: z.url(),
      /** Media types that the browser must support. */
      mediaTypes: z.array(z.string()),
      /** How to turn the picture: clockwise degrees, then mirrored left to right. */
      orientation: z.object({ rotation: z.literal([0, 90, 180, 270]), mirrored: z.boolean() }),
    })
    .nullable(),
  posterUrl: encodedUrl,
  storyboardUrl: encodedUrl,
  durationMs: z.number().nonnegative(),
  /** ISO 8601, UTC. */
  expiresAt: z.iso.datetime(),
});
export type Playback = z.infer<typeof playbackSchema>;

/** Reason why a video cannot be played; returned, not thrown, so that the caller can act on it. */
export const playbackRefusalSchema = z.object({
  error: z.enum(['invalid_request', 'video_not_found', 'video_not_ready', 'video_withdrawn']),
  message: z.string(),
});
export type PlaybackRefusal = z.infer<typeof playbackRefusalSchema>;
