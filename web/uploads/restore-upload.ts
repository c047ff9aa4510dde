import type { Upload } from '../../lambdas/contracts/api/upload.ts';
import type { Video } from '../../lambdas/contracts/api/video.ts';
import { ApiProblemError } from '../api/api-problem.ts';
import { completeUpload, getUpload } from '../api/operations.ts';
import { FileUpload } from './file-upload.ts';
import { countStoredBytes } from './parts.ts';
import { forgetUpload, type SavedUpload } from './saved-uploads.ts';

/** Completes an upload whose page was closed after the last byte, for which the file is not needed. */
async function completeIfStored(upload: Upload): Promise<Video | null> {
  // Only completing a single-request upload shows whether its bytes have arrived.
  if (upload.method === 'multipart' && countStoredBytes(upload) < upload.sizeBytes) return null;
  try {
    return await completeUpload(upload.id);
  } catch (error) {
    if (error instanceof ApiProblemError && error.code === 'upload_incomplete') return null;
    throw error;
  }
}

/** Restores a saved upload, completing it if everything has arrived; null if it cannot be resumed. */
export async function restoreUpload(saved: SavedUpload): Promise<FileUpload | null> {
  if (saved.uploadId === null) return new FileUpload(saved, { mayExist: true });
  try {
    const upload = await getUpload(saved.uploadId);
    const video = await completeIfStored(upload);
    if (video !== null) forgetUpload(saved.key);
    const restored = new FileUpload(
      saved,
      video === null
        ? { storedBytes: upload.method === 'multipart' ? countStoredBytes(upload) : 0 }
        : { storedBytes: saved.sizeBytes, video },
    );
    void restored.sendPendingChange();
    return restored;
  } catch (error) {
    // Completed or canceled elsewhere. After any other error the record is kept but not offered now.
    if (error instanceof ApiProblemError && [403, 404, 409, 410].includes(error.status)) forgetUpload(saved.key);
    return null;
  }
}
