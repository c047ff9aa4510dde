import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import type { FileUpload } from '../uploads/file-upload.ts';
import { findListedUpload } from '../uploads/upload-list.ts';
import { isInProgress } from './status.ts';

/** Progress of a video. */
interface VideoProgress {
  /** The upload, if this page is sending it or could resume it. */
  readonly upload: FileUpload | undefined;
  /** 0 to 100; null if unknown. */
  readonly percent: number | null;
  /** Whether it is known to advance. Unknown for an upload that this page is not sending. */
  readonly advancing: boolean;
}

/** Returns the progress of a video. For an upload from this page, the page knows it better than the catalog. */
export function getVideoProgress({
  id,
  status,
  percent,
}: Pick<VideoSummary, 'id' | 'status' | 'percent'>): VideoProgress {
  if (status !== 'uploading') return { upload: undefined, percent, advancing: isInProgress(status) };
  const upload = findListedUpload(id);
  const sending = upload?.active.value === true;
  return { upload, percent: sending ? 100 * upload.fraction.value : percent, advancing: sending };
}
