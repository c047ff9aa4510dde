import { z } from 'zod';

/** End of a revision, published at least once to the `video-events` topic for webhooks, mail and queues. */
export const videoEventSchema = z.object({
  type: z.enum(['video.ready', 'video.rejected', 'video.failed', 'video.superseded']),
  videoId: z.uuid(),
  revisionId: z.uuid(),
  revision: z.number().int().positive(),
  bucket: z.string(),
  key: z.string(),
  /** Listed in `docs/errors.md`; absent when ready. */
  code: z.string().optional(),
  message: z.string().optional(),
  durationMs: z.number().nonnegative().optional(),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
});
export type VideoEvent = z.infer<typeof videoEventSchema>;
