import type { ApiOperation } from './operation.ts';
import { cancelUploadOperation } from './operations/cancel-upload.ts';
import { completeUploadOperation } from './operations/complete-upload.ts';
import { createUploadOperation } from './operations/create-upload.ts';
import { deleteVideoOperation } from './operations/delete-video.ts';
import { editVideoOperation } from './operations/edit-video.ts';
import { getDescriptionOperation } from './operations/get-description.ts';
import { getPlaybackOperation } from './operations/get-playback.ts';
import { getSessionOperation } from './operations/get-session.ts';
import { getSignInOperation } from './operations/get-sign-in.ts';
import { getUploadOperation } from './operations/get-upload.ts';
import { getVideoOperation } from './operations/get-video.ts';
import { listChangesOperation } from './operations/list-changes.ts';
import { listVideosOperation } from './operations/list-videos.ts';
import { publishVideoOperation } from './operations/publish-video.ts';
import { retryVideoOperation } from './operations/retry-video.ts';
import { signPartsOperation } from './operations/sign-parts.ts';
import { withdrawVideoOperation } from './operations/withdraw-video.ts';

/** Every operation of the API, in the order of its description. */
export const OPERATIONS: readonly ApiOperation[] = [
  getDescriptionOperation,
  getSignInOperation,
  getSessionOperation,
  listVideosOperation,
  getVideoOperation,
  editVideoOperation,
  deleteVideoOperation,
  withdrawVideoOperation,
  publishVideoOperation,
  getPlaybackOperation,
  retryVideoOperation,
  createUploadOperation,
  getUploadOperation,
  signPartsOperation,
  completeUploadOperation,
  cancelUploadOperation,
  listChangesOperation,
];
