import { groupOf, type UploadGroup } from './upload-group.ts';
import type { FileUpload } from './file-upload.ts';

const RANKS: Record<UploadGroup, number> = { active: 0, paused: 1, attention: 1, unusable: 1, done: 2 };

/**
 * Returns the uploads as the tray lists them: active ones first, then those with a problem, then the others, each in
 * the order in which they were added.
 *
 * @param shown the current order
 * @param held whether to keep that order, so that nothing moves under a pointer; new uploads are then added at the end
 */
export function orderUploads(
  uploads: readonly FileUpload[],
  shown: readonly FileUpload[],
  held: boolean,
): readonly FileUpload[] {
  if (held) {
    const kept = shown.filter((upload) => uploads.includes(upload));
    return [...kept, ...uploads.filter((upload) => !kept.includes(upload))];
  }
  return uploads.toSorted((a, b) => RANKS[groupOf(a)] - RANKS[groupOf(b)]);
}
