import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { findUpload } from '../../../catalog/uploads/find-upload.ts';
import { countOpenUploads, insertUpload } from '../../../catalog/uploads/insert-upload.ts';
import { removeExpiredUploads } from '../../../catalog/uploads/remove-upload.ts';
import type { UploadRow } from '../../../catalog/schema/index.ts';
import { titleOf } from '../../../catalog/videos/title-of.ts';
import type { newUploadSchema } from '../../contracts/api/upload.ts';
import { MAX_TITLE } from '../../contracts/api/video.ts';
import { uploadKey } from '../upload-key.ts';
import type { User } from '../user.ts';
import { partSizeOf } from '../plan-parts.ts';
import { ProblemError } from '../problems.ts';
import type { ApiServices } from '../services.ts';

/** That one person may have begun and not finished. */
export const MAX_OPEN_UPLOADS = 100;

const DEFAULT_TYPE = 'application/octet-stream';

/**
 * Makes the upload and its video; the one of this id that is there already, if an attempt that broke off has made it.
 *
 * @throws ProblemError `too_many_uploads`
 */
export async function announceUpload(
  { database, storage }: ApiServices,
  person: User,
  uploadId: string,
  announced: z.output<typeof newUploadSchema>,
): Promise<UploadRow> {
  const [before, open] = await Promise.all([
    findUpload(database, uploadId),
    countOpenUploads(database, person.id),
    removeExpiredUploads(database),
  ]);
  if (before !== undefined) return before.upload;
  // Before anything is begun; what counts is the count with which the upload is made.
  if (open >= MAX_OPEN_UPLOADS) throw new ProblemError('too_many_uploads');

  const { fileName, sizeBytes, contentType = DEFAULT_TYPE, description, visibility } = announced;
  const videoId = uuidv7();
  const key = uploadKey(videoId, fileName);
  const partSizeBytes = partSizeOf(sizeBytes);
  const begun = partSizeBytes === undefined ? undefined : await storage.begin(key, contentType);
  try {
    const announcement = {
      id: uploadId,
      videoId,
      owner: { id: person.id, name: person.name },
      bucket: storage.bucket,
      key,
      fileName,
      contentType,
      sizeBytes,
      ...(begun !== undefined &&
        partSizeBytes !== undefined && { multipart: { uploadId: begun.uploadId, partSizeBytes } }),
      title: announced.title ?? defaultTitle(fileName),
      description,
      visibility,
    };
    const made = await insertUpload(database, announcement, MAX_OPEN_UPLOADS);
    if (made === undefined) throw new ProblemError('too_many_uploads');
    return made;
  } catch (error) {
    // Nobody would know of its parts; the bucket aborts it some days later if this fails too.
    if (begun !== undefined) await storage.abort(begun).catch(() => undefined);
    throw error;
  }
}

function defaultTitle(fileName: string): string {
  return titleOf(fileName.normalize('NFC')).slice(0, MAX_TITLE).trim().toWellFormed() || 'Untitled';
}
