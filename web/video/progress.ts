import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import type { FileUpload } from '../uploads/file-upload.ts';
import { uploadOf } from '../uploads/upload-list.ts';
import { isInProgress } from './status.ts';

/** How far a video has come. */
export interface VideoProgress {
  /** Its upload, where this page sends it or could go on with it. */
  readonly upload: FileUpload | undefined;
  /** 0 to 100; null where that is not known. */
  readonly percent: number | null;
  /** Whether it is known to go on. Of an upload that this page does not send, nobody here knows. */
  readonly advancing: boolean;
}

/** What this page itself sends it knows better than the catalog does. */
export function videoProgress({ id, status, percent }: Pick<VideoSummary, 'id' | 'status' | 'percent'>): VideoProgress {
  if (status !== 'uploading') return { upload: undefined, percent, advancing: isInProgress(status) };
  const upload = uploadOf(id);
  const sending = upload?.active.value === true;
  return { upload, percent: sending ? 100 * upload.fraction.value : percent, advancing: sending };
}
