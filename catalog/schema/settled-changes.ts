import { integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import { videos } from './videos-and-revisions.ts';

/**
 * Changes that the stored objects and the edge follow, so that repeating one is free. The table is apart from `videos`, any
 * update of which is a change in the change feed.
 */
export const settledChanges = pgTable('settled_changes', {
  videoId: uuid('video_id')
    .primaryKey()
    .references(() => videos.id, { onDelete: 'cascade' }),
  /** Number of the last withdrawal or publication that took effect; see `videos.publication`. */
  publication: integer().notNull().default(0),
  /** Number of the newest revision that was removed, 0 for a video without one; null before the first removal. */
  removedThrough: integer('removed_through'),
  /** Number of the last pointer that was written; null before the first. See `videos.pointerNumber`. */
  pointer: integer(),
});
