import { z } from 'zod';
import { videoSummarySchema } from './video.ts';

/** What became of one video since the cursor: as it is now, or gone. */
export const changeSchema = z
  .object({
    videoId: z.uuid(),
    /** Null when it was deleted. */
    video: videoSummarySchema.nullable(),
  })
  .meta({ id: 'Change' });
export type Change = z.infer<typeof changeSchema>;

/** Answered at once, never held open: a function that waits costs money. */
export const changesSchema = z
  .object({
    changes: z.array(changeSchema),
    /** Asks for what comes after these. */
    cursor: z.string(),
    /** Whether more has changed already than this answer holds. */
    more: z.boolean(),
    /**
     * Videos that the asker may see and that are still on their way, or whose last change is still to be told; at 0
     * nothing will change by itself. An upload whose client has not asked for anything for a quarter of an hour is none
     * of them.
     */
    unfinished: z.number().int().nonnegative(),
  })
  .meta({ id: 'Changes' });
export type Changes = z.infer<typeof changesSchema>;
