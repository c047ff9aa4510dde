import { eq, isNull, ne, or, sql, type Placeholder, type SQL } from 'drizzle-orm';
import { videos, type VideoRow } from '../schema/index.ts';

/** Caller that reads videos. */
export interface Viewer {
  /** `sub` of the token; null for a signed-out visitor. */
  readonly id: string | null;
  /** Whether the viewer may see and manage everything. */
  readonly isAdmin: boolean;
}

export const ANONYMOUS: Viewer = { id: null, isAdmin: false };

type Guarded = Pick<VideoRow, 'ownerId' | 'visibility' | 'status' | 'withdrawnAt'>;

export function isOwner({ id }: Viewer, { ownerId }: Pick<VideoRow, 'ownerId'>): boolean {
  return id !== null && id === ownerId;
}

/** Returns whether the video exists for this viewer. A withdrawn one exists only for its owner and administrators. */
export function maySee(viewer: Viewer, video: Guarded): boolean {
  if (video.status === 'deleted') return false;
  if (viewer.isAdmin || isOwner(viewer, video)) return true;
  if (video.withdrawnAt !== null) return false;
  return video.visibility === 'public' || (viewer.id !== null && video.visibility === 'shared');
}

/**
 * Returns the condition for videos that are visible to a signed-in viewer or may have been before they changed, so that
 * the feed must report their withdrawal.
 */
export function mayHaveBeenVisible(viewer: Viewer & { readonly id: string }): SQL | undefined {
  return viewer.isAdmin ? undefined : or(eq(videos.ownerId, viewer.id), videos.everShared);
}

/**
 * Returns conditions, one of which a video must meet to be visible to a signed-in viewer. Each has its own index, ordered
 * by age. Combined by `or` they would have none, and a viewer with few videos would wait for a scan of others' private
 * ones.
 */
export function visibilityConditions(viewer: { readonly id: string | Placeholder; readonly isAdmin: boolean }): SQL[] {
  if (viewer.isAdmin) return [sql`true`];
  return [eq(videos.ownerId, viewer.id), sql`(${ne(videos.visibility, 'private')} and ${isNull(videos.withdrawnAt)})`];
}

export function isVisible(viewer: Viewer & { readonly id: string }): SQL | undefined {
  return or(...visibilityConditions(viewer));
}
