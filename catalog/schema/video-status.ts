import { REVISION_STATUSES } from './revision-status.ts';

/** Who may watch: its owner, whoever is signed in, or anybody. */
export const VISIBILITIES = ['private', 'shared', 'public'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/**
 * Where a video stands: as its newest revision does that was not superseded, by a trigger. `uploading` before the first
 * has come, `uploaded` while the successor of a superseded one is still to be registered, `deleted` on the tombstone
 * that the change feed needs.
 */
export const STORED_VIDEO_STATUSES = REVISION_STATUSES.filter((status) => status !== 'superseded');
export type StoredVideoStatus = (typeof STORED_VIDEO_STATUSES)[number];

/** Statuses of a video with which something will yet happen by itself. */
export const UNFINISHED_STATUSES = [
  'uploading',
  'uploaded',
  'transcoding',
  'processing',
] as const satisfies readonly StoredVideoStatus[];
