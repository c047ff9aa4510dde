import { eq, ne, or, sql, type SQL } from 'drizzle-orm';
import { videos, type VideoRow } from '../schema/index.ts';

/** Who asks for videos. */
export interface Viewer {
  /** The `sub` of the token; null for somebody who is not signed in. */
  readonly id: string | null;
  /** Sees and manages everything. */
  readonly isAdmin: boolean;
}

export const ANONYMOUS: Viewer = { id: null, isAdmin: false };

type Guarded = Pick<VideoRow, 'ownerId' | 'visibility' | 'status'>;

export function isOwner({ id }: Viewer, { ownerId }: Pick<VideoRow, 'ownerId'>): boolean {
  return id !== null && id === ownerId;
}

/** Whether the video exists for this viewer. */
export function maySee(viewer: Viewer, video: Guarded): boolean {
  if (video.status === 'deleted') return false;
  if (viewer.isAdmin || isOwner(viewer, video) || video.visibility === 'public') return true;
  return viewer.id !== null && video.visibility === 'shared';
}

/**
 * The condition of videos that somebody who is signed in may see, or may have seen before they came to be as they are,
 * and is to be told of when they are gone.
 */
export function mayHaveBeenVisible(viewer: Viewer & { readonly id: string }): SQL | undefined {
  return viewer.isAdmin ? undefined : or(eq(videos.ownerId, viewer.id), videos.everShared);
}

/**
 * The conditions, one of which a video has to meet to be seen by somebody who is signed in. Each has an index of its
 * own, in the order of age: together, by `or`, they would have none, and whoever owns little would wait for a walk
 * through what others keep private.
 */
export function visibilityConditions(viewer: Viewer & { readonly id: string }): SQL[] {
  return viewer.isAdmin ? [sql`true`] : [eq(videos.ownerId, viewer.id), ne(videos.visibility, 'private')];
}

export function isVisible(viewer: Viewer & { readonly id: string }): SQL | undefined {
  return or(...visibilityConditions(viewer));
}
