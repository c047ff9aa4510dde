import { z } from 'zod';

/** Somebody has asked for a video to be deleted: everything that the removals queue may hold. */
export const removalMessageSchema = z.object({
  videoId: z.uuid(),
  /** Number of its newest revision at that moment, 0 where none was known. */
  lastRevision: z.number().int().nonnegative(),
});
export type RemovalMessage = z.infer<typeof removalMessageSchema>;
