import type { Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { ApiProblemError } from '../api/api-problem.ts';
import { completeUpload, getUpload } from '../api/operations.ts';
import { FileUpload } from './file-upload.ts';
import { storedBytes } from './parts.ts';
import { forgetUpload, type SavedUpload } from './saved-uploads.ts';

/** The page may have been closed after the last byte, but before it could say so: then the file is not needed. */
async function completeIfStored(upload: Upload): Promise<Video | null> {
  // What has come of one that goes in a single request, only the attempt tells.
  if (upload.method === 'multipart' && storedBytes(upload) < upload.sizeBytes) return null;
  try {
    return await completeUpload(upload.id);
  } catch (error) {
    if (error instanceof ApiProblemError && error.code === 'upload_incomplete') return null;
    throw error;
  }
}

/** A kept upload as it stands now, to be gone on with or just finished; null when neither can be. */
export async function restoreUpload(saved: SavedUpload): Promise<FileUpload | null> {
  if (saved.uploadId === null) return new FileUpload(saved);
  try {
    const upload = await getUpload(saved.uploadId);
    const video = await completeIfStored(upload);
    if (video === null) {
      return new FileUpload(saved, { storedBytes: upload.method === 'multipart' ? storedBytes(upload) : 0 });
    }
    forgetUpload(saved.key);
    return new FileUpload(saved, { storedBytes: saved.sizeBytes, video });
  } catch (error) {
    // Finished or given up elsewhere. Whatever else went wrong, it is not offered now, but kept.
    if (error instanceof ApiProblemError && [403, 404, 409, 410].includes(error.status)) forgetUpload(saved.key);
    return null;
  }
}
