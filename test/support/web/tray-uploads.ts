import './browser-stand-in.ts';
import type { VideoSummary } from '../../../lambdas/contracts/api/video.ts';
import { FileUpload, type UploadPhase } from '../../../web/uploads/file-upload.ts';
import { makeSavedUpload } from '../../../web/uploads/saved-uploads.ts';

interface TrayUploadOptions {
  /** Status of the video that the upload became. */
  readonly status?: VideoSummary['status'];
  /** @default a few bytes */
  readonly content?: string;
}

/** Creates an upload in a phase, without sending anything. */
export function createTrayUpload(
  name: string,
  phase: UploadPhase,
  { status, content = 'film' }: TrayUploadOptions = {},
): FileUpload {
  const upload = new FileUpload(makeSavedUpload(new File([content], name), 'me', 'private'));
  upload.phase.value = phase;
  if (status !== undefined) upload.video.value = { title: name, status } as VideoSummary;
  return upload;
}
