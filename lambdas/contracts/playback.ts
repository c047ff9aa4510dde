import * as z from 'zod';

/** Request to the playback function. */
export const playbackRequestSchema = z.object({
  videoId: z.uuid(),
  /** By default the video's duration plus an hour, at least two hours, at most seven days. Some callers cannot extend it. */
  expiresInSeconds: z.number().int().min(60).max(604_800).optional(),
});
export type PlaybackRequest = z.infer<typeof playbackRequestSchema>;

/** Signed URLs of a video; one signature for its whole path is on each of them. */
export const playbackSchema = z.object({
  videoId: z.uuid(),
  revision: z.number().int().positive(),
  hlsUrl: z.url(),
  dashUrl: z.url(),
  posterUrl: z.url(),
  storyboardUrl: z.url(),
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
