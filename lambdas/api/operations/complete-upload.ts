import { completeUpload } from '../../../catalog/uploads/complete-upload.ts';
import { type FoundUpload } from '../../../catalog/uploads/find-upload.ts';
import { removeUpload } from '../../../catalog/uploads/remove-upload.ts';
import type { UploadRow } from '../../../catalog/schema/index.ts';
import { partCountOf } from '../plan-parts.ts';
import { isWhole, multipartOf, type MultipartRow } from '../present-upload.ts';
import { ProblemError } from '../problems.ts';
import type { ApiServices } from '../services.ts';
import type { StoredPart } from '../upload-storage.ts';

/**
 * Checks that the bucket has all of the file, and puts it together if it came in parts. What is done is not done again.
 *
 * @throws ProblemError `upload_incomplete`, `upload_size_wrong` or `upload_expired`
 */
export async function finishUpload(services: ApiServices, { upload }: FoundUpload): Promise<void> {
  if (upload.completedAt !== null) return;
  const { storage, database } = services;
  const multipart = multipartOf(upload);
  const stored = multipart === null ? undefined : await storage.storedParts(multipart);
  if (multipart !== null && stored !== undefined) await storage.complete(multipart, allParts(multipart, stored));
  await requireObject(services, upload);
  await completeUpload(database, upload.id);
}

/** @throws ProblemError `upload_incomplete` or `upload_size_wrong` */
function allParts(multipart: MultipartRow, stored: readonly StoredPart[]): readonly StoredPart[] {
  const wrong = stored.filter((part) => !isWhole(multipart, part));
  if (wrong.length > 0)
    throw new ProblemError('upload_size_wrong', { detail: `Send these parts again: ${numbersOf(wrong)}.` });
  const missing = partCountOf(multipart) - stored.length;
  if (missing > 0) throw new ProblemError('upload_incomplete', { detail: `${missing} parts have not come yet.` });
  return stored;
}

/** Some of many. */
const NAMED = 20;

function numbersOf(parts: readonly StoredPart[]): string {
  return parts
    .slice(0, NAMED)
    .map(({ partNumber }) => partNumber)
    .join(', ');
}

async function requireObject({ storage, now }: ApiServices, upload: UploadRow): Promise<void> {
  const stored = await storage.find(upload.key);
  if (stored === undefined) throw new ProblemError(upload.expiresAt <= now() ? 'upload_expired' : 'upload_incomplete');
  if (stored.sizeBytes !== upload.sizeBytes) throw new ProblemError('upload_size_wrong');
}

/**
 * Removes what was sent and the video that it was to become.
 *
 * @throws ProblemError `upload_completed`
 */
export async function giveUpUpload({ database, storage }: ApiServices, { upload }: FoundUpload): Promise<void> {
  // First the catalog: what is a video by now stays whole.
  if (!(await removeUpload(database, upload.id))) throw new ProblemError('upload_completed');
  const multipart = multipartOf(upload);
  if (multipart !== null) await storage.abort(multipart);
}
