/**
 * The life of a revision. The database enforces the same arrows with a trigger, so that no code path, this project's or
 * an operator's, can overwrite how a revision ended.
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

/** From each status, where a revision may go. `failed` goes back to `uploaded` when it is redriven. */
export const TRANSITIONS: Readonly<Record<RevisionStatus, readonly RevisionStatus[]>> = {
  uploading: ['uploaded', 'failed', 'superseded', 'deleted'],
  uploaded: ['transcoding', 'rejected', 'failed', 'superseded', 'deleted'],
  transcoding: ['processing', 'rejected', 'failed', 'superseded', 'deleted'],
  processing: ['ready', 'rejected', 'failed', 'superseded', 'deleted'],
  ready: ['superseded', 'deleted'],
  rejected: ['deleted'],
  failed: ['uploaded', 'superseded', 'deleted'],
  superseded: ['deleted'],
  deleted: [],
};

/** Statuses at which the chain has nothing left to do. */
export const ENDED_STATUSES: ReadonlySet<RevisionStatus> = new Set(['ready', 'rejected', 'failed', 'superseded', 'deleted']);
