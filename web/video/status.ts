import type { VideoStatus } from '../../lambdas/contracts/api/video.ts';

/** Whether it ended without anything to watch, by the file's fault or ours. */
export const hasEnded = (status: VideoStatus): boolean => status === 'rejected' || status === 'failed';

/** Whether it is still on its way. */
export const isMoving = (status: VideoStatus): boolean => status !== 'ready' && !hasEnded(status);
