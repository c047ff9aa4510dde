import { format, t } from '../texts/texts.ts';
import { groupOf, type UploadGroup } from './upload-group.ts';
import type { FileUpload } from './file-upload.ts';

/** Stays at the end of a line that is broken after it. */
const SEPARATOR = '\u00A0· ';

/**
 * Returns the heading of the tray: what is in progress, or how everything ended, and always what could not be used.
 *
 * @param fraction progress of the active uploads, 0 to 1
 */
export function summarizeUploads(uploads: readonly FileUpload[], fraction: number): string {
  const groups = uploads.map(groupOf);
  const count = (group: UploadGroup): number => groups.filter((one) => one === group).length;
  const [attention, unusable, done] = [count('attention'), count('unusable'), count('done')];
  const sending = uploads.filter(({ active }) => active.value).length;
  const problems = [
    ...(unusable > 0 ? [t.uploads.unusable(unusable)] : []),
    ...(attention > 0 ? [t.uploads.attention(attention)] : []),
  ];
  if (sending > 0) return [t.uploads.sending(sending, format.percent(100 * fraction)), ...problems].join(SEPARATOR);
  if (count('paused') > 0) return [t.uploads.pausedAll, ...problems].join(SEPARATOR);
  if (problems.length > 0) return [...(done > 0 ? [t.uploads.done(done)] : []), ...problems].join(SEPARATOR);
  return done === uploads.length ? t.uploads.allDone : t.uploads.title;
}
