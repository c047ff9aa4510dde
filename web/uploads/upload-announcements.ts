import { explain, format, t } from '../texts/texts.ts';
import type { FileUpload } from './file-upload.ts';

/** What happened to one file, and is worth saying however many others there are; null while nothing has. */
export function outcomeAnnouncement(upload: FileUpload): string | null {
  const name = upload.fileName;
  const status = upload.video.value?.status;
  if (status === 'ready') return t.uploads.ready(name);
  if (status === 'rejected' || status === 'failed') return t.uploads.failed(name);
  const error = upload.error.value;
  return error === null ? null : `${name}: ${explain(error.code, error.detail).what}`;
}

/** Each quarter, not each percent: nobody wants to be talked to without end. */
function lastQuarter(fraction: number): number {
  return Math.floor(fraction * 4) * 25;
}

function singleFileAnnouncement(upload: FileUpload): string | null {
  const quarter = lastQuarter(upload.fraction.value);
  if (upload.phase.value !== 'sending') return null;
  return quarter === 0
    ? t.uploads.started(upload.fileName)
    : t.uploads.progressed(upload.fileName, format.percent(quarter));
}

/**
 * How far the sending has come: of one file by its name, of several together.
 *
 * @param round the files that are sent together
 * @param fraction of all of them, 0 to 1
 */
export function progressAnnouncement(round: readonly FileUpload[], fraction: number): string | null {
  const [first] = round;
  if (first === undefined) return null;
  if (round.some(({ active }) => active.value)) {
    if (round.length === 1) return singleFileAnnouncement(first);
    return t.uploads.sending(round.length, format.percent(lastQuarter(fraction)));
  }
  if (round.some(({ phase }) => phase.value !== 'sent')) return null;
  return round.length === 1 ? t.uploads.uploaded(first.fileName) : t.uploads.allDone;
}
