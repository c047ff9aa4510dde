import type { VideoStatus } from '../../lambdas/contracts/api/video.ts';

/** What people look for, in the order in which they do, each with the statuses that it stands for. */
const STATUSES = {
  ready: ['ready'],
  'in-progress': ['uploading', 'uploaded', 'transcoding', 'processing'],
  'needs-attention': ['rejected', 'failed'],
} as const satisfies Record<string, readonly VideoStatus[]>;
export type StatusFilter = keyof typeof STATUSES;

export const STATUS_FILTERS: readonly StatusFilter[] = ['ready', 'in-progress', 'needs-attention'];

/** @param filter null: all of them */
export function statusesOf(filter: StatusFilter | null): readonly VideoStatus[] {
  return filter === null ? [] : STATUSES[filter];
}
