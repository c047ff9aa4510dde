import type { VideoStatus } from '../../lambdas/contracts/api/video.ts';

/** Whether it ended without anything to watch, by the file's fault or ours. */
export function hasFailed(status: VideoStatus): boolean {
  return status === 'rejected' || status === 'failed';
}

/** Whether it is still on its way. */
export function isInProgress(status: VideoStatus): boolean {
  return status !== 'ready' && !hasFailed(status);
}
