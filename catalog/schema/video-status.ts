import { REVISION_STATUSES } from './revision-status.ts';

/** Who may watch a video: its owner, every signed-in user, or everyone. */
export const VISIBILITIES = ['private', 'shared', 'public'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/**
 * Statuses of a video. A trigger copies the status of its newest revision that was not superseded: `uploading` before
 * the first revision, `uploaded` while the successor of a superseded one is not yet registered, `deleted` for the
 * tombstone that the change feed needs.
 */
export const STORED_VIDEO_STATUSES = REVISION_STATUSES.filter((status) => status !== 'superseded');
export type StoredVideoStatus = (typeof STORED_VIDEO_STATUSES)[number];

/** Statuses of videos that will still change without further requests. */
export const UNFINISHED_STATUSES = [
  'uploading',
  'uploaded',
  'transcoding',
  'processing',
] as const satisfies readonly StoredVideoStatus[];
