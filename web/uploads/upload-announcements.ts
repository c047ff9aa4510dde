import { explain, format, t } from '../texts/texts.ts';
import { hasFailed } from '../video/status.ts';
import type { FileUpload } from './file-upload.ts';
import { summarizeUploads } from './upload-summary.ts';

/** Returns the announcement of a file's outcome, independent of other files; null until the outcome is known. */
export function describeOutcome(upload: FileUpload): string | null {
  const name = upload.fileName;
  const status = upload.video.value?.status;
  if (status === 'ready') return t.uploads.ready(name);
  if (status !== undefined && hasFailed(status)) return t.uploads.failed(name);
  const error = upload.error.value;
  return error === null ? null : `${name}: ${explain(error.code, error.detail).what}`;
}

/** Rounds progress down to quarters, so that announcements are rare. */
function lastQuarter(fraction: number): number {
  return Math.floor(fraction * 4) * 25;
}

function describeSingleFile(upload: FileUpload): string | null {
  const quarter = lastQuarter(upload.fraction.value);
  if (upload.phase.value !== 'sending') return null;
  return quarter === 0
    ? t.uploads.started(upload.fileName)
    : t.uploads.progressed(upload.fileName, format.percent(quarter));
}

/**
 * Returns the announcement of progress: by name for a single file, in total for several.
 *
 * @param batch files that are uploaded together
 * @param fraction progress of the batch, 0 to 1
 * @param listed all uploads of the tray, whose outcomes are summarized in the end
 */
export function describeProgress(
  batch: readonly FileUpload[],
  fraction: number,
  listed: readonly FileUpload[],
): string | null {
  const [first] = batch;
  if (first === undefined) return null;
  if (batch.some(({ active }) => active.value)) {
    if (batch.length === 1) return describeSingleFile(first);
    return t.uploads.sending(batch.length, format.percent(lastQuarter(fraction)));
  }
  if (batch.some(({ phase }) => phase.value !== 'sent')) return null;
  return listed.length === 1 ? t.uploads.uploaded(first.fileName) : summarizeUploads(listed, 1);
}
