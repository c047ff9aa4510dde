import type { VideoStatus } from '../../lambdas/contracts/api/video.ts';

/** Statuses behind each filter of the library. */
const STATUSES = {
  ready: ['ready'],
  'in-progress': ['uploading', 'uploaded', 'transcoding', 'processing'],
  'needs-attention': ['rejected', 'failed'],
} as const satisfies Record<string, readonly VideoStatus[]>;
export type StatusFilter = keyof typeof STATUSES;

export const STATUS_FILTERS: readonly StatusFilter[] = ['ready', 'in-progress', 'needs-attention'];

/** @param filter null for all */
export function statusesOf(filter: StatusFilter | null): readonly VideoStatus[] {
  return filter === null ? [] : STATUSES[filter];
}
