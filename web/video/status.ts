import type { Video, VideoStatus } from '../../lambdas/contracts/api/video.ts';

/** Returns whether the video was rejected, because of the file, or failed, because of the system. */
export function hasFailed(status: VideoStatus): boolean {
  return status === 'rejected' || status === 'failed';
}

/** Returns whether the video is still being uploaded or processed. */
export function isInProgress(status: VideoStatus): boolean {
  return status !== 'ready' && !hasFailed(status);
}

/** Returns whether the newest upload plays as it was uploaded, in some browser at least, before it is encoded. */
export function playsAsUploaded({ playable, status, justInTime }: Pick<Video, 'playable' | 'status' | 'justInTime'>): boolean {
  return playable && status !== 'ready' && justInTime !== null && justInTime.level !== 'none';
}
