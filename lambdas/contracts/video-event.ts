import * as z from 'zod';
import { SOURCE_WARNING_CODES } from './source-warnings.ts';

/** Way in which a video differs from its file: a code listed in `docs/errors.md`, and the affected track or span. */
const eventWarningSchema = z.object({
  code: z.enum(SOURCE_WARNING_CODES),
  /** Number of the track among tracks of its kind, from 1. */
  track: z.number().int().positive().optional(),
  startMs: z.number().nonnegative().optional(),
  durationMs: z.number().nonnegative().optional(),
});

/** End of a revision, or that its source plays before its encode, published at least once to the `video-events` topic for webhooks, mail and queues. */
export const videoEventSchema = z.object({
  type: z.enum(['video.playable', 'video.ready', 'video.rejected', 'video.failed', 'video.superseded']),
  videoId: z.uuid(),
  revisionId: z.uuid(),
  revision: z.number().int().positive(),
  bucket: z.string(),
  key: z.string(),
  /** Whether the video is withdrawn, so that nobody can play it. */
  withdrawn: z.boolean().default(false),
  /** Where the source of a `video.playable` plays: in every player, or only in the video's own page. */
  plays: z.enum(['everywhere', 'page']).optional(),
  /** Listed in `docs/errors.md`; absent when ready. */
  code: z.string().optional(),
  message: z.string().optional(),
  durationMs: z.number().nonnegative().optional(),
  /** Present when ready. Lacks warnings that later steps find; the API has all of them. */
  warnings: z.array(eventWarningSchema).optional(),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
});
export type VideoEvent = z.output<typeof videoEventSchema>;
