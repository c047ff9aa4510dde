import * as z from 'zod';
import { videoSummarySchema } from './video.ts';

/** A video that changed since the cursor, in its current state. */
const changeSchema = z
  .object({
    videoId: z.uuid(),
    /** Null if the video was deleted or is no longer visible to the caller. */
    video: videoSummarySchema.nullable(),
  })
  .meta({ id: 'Change' });
export type Change = z.infer<typeof changeSchema>;

/** A page of changes. The response is immediate, never held open: a waiting function costs money. */
export const changesSchema = z
  .object({
    changes: z.array(changeSchema),
    /** Cursor for the next request. */
    cursor: z.string(),
    /** Whether there are more changes than this response holds. */
    more: z.boolean(),
    /**
     * Number of videos visible to the caller that are in progress, or whose last change is yet to be reported, at least 1
     * after a change; at 0 nothing will change without further requests. Excludes uploads whose client has sent no request for 15 minutes.
     */
    unfinished: z.number().int().nonnegative(),
  })
  .meta({ id: 'Changes' });
export type Changes = z.infer<typeof changesSchema>;
