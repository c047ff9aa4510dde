import { z } from 'zod';

/** What the playback function is asked. */
export const playbackRequestSchema = z.object({
  videoId: z.uuid(),
  /** Default: the video's length plus an hour, at least two hours. At most seven days; of some callers, the default. */
  expiresInSeconds: z.number().int().min(60).max(604_800).optional(),
});
export type PlaybackRequest = z.infer<typeof playbackRequestSchema>;

/** What it answers: one signature for the whole path of the video, on each URL. */
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

/** Why there is nothing to play; returned, not thrown, since the caller is to act on it. */
export const playbackRefusalSchema = z.object({
  error: z.enum(['invalid_request', 'video_not_found', 'video_not_ready']),
  message: z.string(),
});
export type PlaybackRefusal = z.infer<typeof playbackRefusalSchema>;
