import type { VideoSummary } from '../../lambdas/contracts/api/video.ts';
import { serverTime } from '../api/server-clock.ts';
import { format, t } from '../texts/texts.ts';
import type { FileUpload } from '../uploads/file-upload.ts';
import { findListedUpload } from '../uploads/upload-list.ts';
import { isInProgress } from './status.ts';

/**
 * Time without a sign of the client after which an upload of another browser or program counts as interrupted. The API
 * updates `changedAt` when a client asks for URLs or reports its activity, which these pages do every two minutes.
 */
export const MAX_SILENCE_MS = 5 * 60_000;

/** Progress of a video. */
export interface VideoProgress {
  /** The upload, if this page is sending it or could resume it. */
  readonly upload: FileUpload | undefined;
  /** 0 to 100; null if unknown. */
  readonly percent: number | null;
  /** Whether it is known to advance. Unknown for an upload that this page is not sending. */
  readonly advancing: boolean;
  /** Whether its file is not being sent: by this page, as far as it has the upload, or by any other client. */
  readonly interrupted: boolean;
}

type Progressing = Pick<VideoSummary, 'id' | 'status' | 'percent' | 'changedAt'>;

/** Returns the progress of a video. For an upload from this page, the page knows it better than the catalog. */
export function getVideoProgress({ id, status, percent, changedAt }: Progressing): VideoProgress {
  if (status !== 'uploading') {
    return { upload: undefined, percent, advancing: isInProgress(status), interrupted: false };
  }
  const upload = findListedUpload(id);
  if (upload === undefined) {
    const isSilent = serverTime.value - Date.parse(changedAt) > MAX_SILENCE_MS;
    return { upload, percent, advancing: false, interrupted: isSilent };
  }
  const sending = upload.active.value;
  const isHere = sending || ['sent', 'canceling'].includes(upload.phase.value);
  const sentPercent = upload.sentBytes.value > 0 ? 100 * upload.fraction.value : percent;
  return { upload, percent: sending ? 100 * upload.fraction.value : sentPercent, advancing: sending, interrupted: !isHere };
}

/** Returns the status as in `Encoding 42%`; other statuses have no percentage. */
export function statusText(video: Progressing): string {
  const { status, percent } = video;
  if (getVideoProgress(video).interrupted) return t.interrupted;
  return status === 'transcoding' && percent !== null
    ? t.statusAt(t.status[status], format.percent(percent))
    : t.status[status];
}
