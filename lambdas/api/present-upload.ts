import type { UploadRow } from '../../catalog/schema/index.ts';
import type { Upload } from '../contracts/api/upload.ts';
import { partCountOf, sizeOfPart, type PartPlan } from './plan-parts.ts';
import { ProblemError } from './problems.ts';
import type { ApiServices } from './services.ts';
import type { MultipartUpload, StoredPart } from './upload-storage.ts';

/** Fields of an upload in parts. */
export type MultipartRow = MultipartUpload & PartPlan;

/** Returns the fields of an upload in parts, or null for one in a single request. */
export function multipartOf({ key, multipartUploadId, partSizeBytes, sizeBytes }: UploadRow): MultipartRow | null {
  if (multipartUploadId === null || partSizeBytes === null) return null;
  return { key, uploadId: multipartUploadId, partSizeBytes, sizeBytes };
}

/** Requires an upload that can still be completed. @throws ProblemError `upload_completed` or `upload_expired` */
export function requireOpen({ completedAt, expiresAt }: UploadRow, now: Date): void {
  if (completedAt !== null) throw new ProblemError('upload_completed');
  if (expiresAt <= now) throw new ProblemError('upload_expired');
}

/** Returns whether a stored part has the planned size; otherwise the client must send it again. */
export function isWhole(plan: PartPlan, { partNumber, sizeBytes }: StoredPart): boolean {
  return partNumber <= partCountOf(plan) && sizeBytes === sizeOfPart(plan, partNumber);
}

/** Presents an upload. @throws ProblemError `upload_completed` or `upload_expired` if the bucket accepts no more parts */
export async function presentUpload({ storage }: ApiServices, upload: UploadRow): Promise<Upload> {
  const { id, videoId, key, sizeBytes, contentType, expiresAt } = upload;
  if (videoId === null) throw new Error(`Upload ${id} has no video`);
  const common = { id, videoId, sizeBytes, expiresAt: expiresAt.toISOString() };
  const multipart = multipartOf(upload);
  if (multipart === null) {
    return { ...common, method: 'single', request: await storage.presignObject(key, sizeBytes, contentType) };
  }
  const stored = await storage.listStoredParts(multipart);
  if (stored === undefined) {
    // Assembled but not yet recorded in the catalog, or aborted by the bucket.
    throw new ProblemError((await storage.find(key)) === undefined ? 'upload_expired' : 'upload_completed');
  }
  return {
    ...common,
    method: 'multipart',
    partSizeBytes: multipart.partSizeBytes,
    partCount: partCountOf(multipart),
    storedParts: stored.filter((part) => isWhole(multipart, part)).map(({ partNumber }) => partNumber),
  };
}
