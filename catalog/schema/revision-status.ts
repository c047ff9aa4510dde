/**
 * Statuses of a revision. A trigger enforces the same transitions, so that no code path, whether this project's or an
 * operator's, can overwrite how a revision ended.
 */
export const REVISION_STATUSES = [
  'uploading',
  'uploaded',
  'transcoding',
  'processing',
  'ready',
  'rejected',
  'failed',
  'superseded',
  'deleted',
] as const;
export type RevisionStatus = (typeof REVISION_STATUSES)[number];

/** Transitions allowed from each status. A retry moves `failed` back to `uploaded`, the next attempt a revision in progress. */
export const TRANSITIONS: Readonly<Record<RevisionStatus, readonly RevisionStatus[]>> = {
  uploading: ['uploaded', 'failed', 'superseded', 'deleted'],
  uploaded: ['transcoding', 'rejected', 'failed', 'superseded', 'deleted'],
  transcoding: ['uploaded', 'processing', 'rejected', 'failed', 'superseded', 'deleted'],
  processing: ['uploaded', 'ready', 'rejected', 'failed', 'superseded', 'deleted'],
  ready: ['superseded', 'deleted'],
  rejected: ['deleted'],
  failed: ['uploaded', 'superseded', 'deleted'],
  superseded: ['deleted'],
  deleted: [],
};

/** Statuses in which the chain has nothing left to do. */
export const ENDED_STATUSES: ReadonlySet<RevisionStatus> = new Set([
  'ready',
  'rejected',
  'failed',
  'superseded',
  'deleted',
]);
