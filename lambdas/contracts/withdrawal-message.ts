import * as z from 'zod';
import { videoEventSchema } from './video-event.ts';

/**
 * A video was withdrawn, or published again. The message alone causes the change, so that a crash after it loses nothing.
 */
const publicationMessageSchema = z.object({
  type: z.literal('publication'),
  videoId: z.uuid(),
  withdrawn: z.boolean(),
  /** Number of the change; see `videos.publication`. */
  publication: z.number().int().nonnegative(),
});
export type PublicationMessage = z.infer<typeof publicationMessageSchema>;

/** The view of a video that signed-out visitors get has changed: the edge must fetch it again. */
const visitorsViewChangedSchema = z.object({ type: z.literal('visitors-view-changed'), videoId: z.uuid() });
export type VisitorsViewChanged = z.infer<typeof visitorsViewChangedSchema>;

/** The grace of a superseded revision has ended; sent by a one-time schedule. */
const graceEndedSchema = z.object({ type: z.literal('grace-ended'), videoId: z.uuid() });
export type GraceEnded = z.infer<typeof graceEndedSchema>;

/** The tags of a video's objects may differ from what the catalog demands; sent by the reconciler. */
const tagsDisagreeSchema = z.object({ type: z.literal('tags-disagree'), videoId: z.uuid() });

/** Paths that were invalidated a while ago must be invalidated again: the edge may have stored a late response since. */
const invalidationRepeatSchema = z.object({
  type: z.literal('invalidation-repeat'),
  paths: z.array(z.string().startsWith('/')).nonempty(),
  /** Reference of the second invalidation. */
  reference: z.string().min(1),
});
export type InvalidationRepeat = z.infer<typeof invalidationRepeatSchema>;

/** Every message that the queue of the withdrawal function may hold. */
export const withdrawalInboxSchema = z.union([
  publicationMessageSchema,
  visitorsViewChangedSchema,
  graceEndedSchema,
  tagsDisagreeSchema,
  invalidationRepeatSchema,
  /** A revision became ready, which may supersede another one, or belong to a withdrawn video. */
  videoEventSchema.pick({ videoId: true }).extend({ type: z.literal('video.ready') }),
]);
export type WithdrawalInbox = z.infer<typeof withdrawalInboxSchema>;
