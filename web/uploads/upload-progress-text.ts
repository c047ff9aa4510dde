import { online } from '../shell/online.ts';
import { format, t } from '../texts/texts.ts';
import type { FileUpload } from './file-upload.ts';

/** Describes progress as in `12 MB of 80 MB · 3 MB/s · 20 sec left`, without unknown values. */
export function uploadProgressText(upload: FileUpload): string {
  if (upload.fraction.value >= 1) return t.uploads.finishing;
  if (!online.value || upload.bytesPerSecond.value === 0) return t.uploads.reconnecting;
  const sent = t.uploads.progress(format.bytes(upload.sentBytes.value), format.bytes(upload.sizeBytes));
  const rate = upload.bytesPerSecond.value;
  const left = upload.secondsLeft.value;
  return [sent, rate === null ? null : format.rate(rate), left === null ? null : t.uploads.timeLeft(format.span(left))]
    .filter((part) => part !== null)
    .join(' · ');
}
