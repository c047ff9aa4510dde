import * as z from 'zod';

/** Request to remove a deleted video; the only kind of message in the removals queue. */
export const removalMessageSchema = z.object({
  videoId: z.uuid(),
  /** Number of its newest revision when it was deleted, or 0 if it had none. */
  lastRevision: z.number().int().nonnegative(),
});
export type RemovalMessage = z.infer<typeof removalMessageSchema>;
