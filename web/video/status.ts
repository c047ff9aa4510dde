import type { VideoStatus } from '../../lambdas/contracts/api/video.ts';

/** Returns whether the video was rejected, because of the file, or failed, because of the system. */
export function hasFailed(status: VideoStatus): boolean {
  return status === 'rejected' || status === 'failed';
}

/** Returns whether the video is still being uploaded or processed. */
export function isInProgress(status: VideoStatus): boolean {
  return status !== 'ready' && !hasFailed(status);
}
