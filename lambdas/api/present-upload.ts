import type { UploadRow } from '../../catalog/schema/index.ts';
import type { PartUrls, Upload } from '../contracts/api/upload.ts';
import { partCountOf, sizeOfPart, type PartPlan } from './plan-parts.ts';
import { ProblemError } from './problems.ts';
import type { ApiServices } from './services.ts';
import { REQUEST_LIFETIME_SECONDS, type MultipartUpload, type StoredPart } from './upload-storage.ts';

/** What is known of an upload in parts beside what every upload has. */
export type MultipartRow = MultipartUpload & PartPlan;

/** Null for an upload in a single request. */
export function multipartOf({ key, multipartUploadId, partSizeBytes, sizeBytes }: UploadRow): MultipartRow | null {
  if (multipartUploadId === null || partSizeBytes === null) return null;
  return { key, uploadId: multipartUploadId, partSizeBytes, sizeBytes };
}

/** @throws ProblemError `upload_completed` or `upload_expired` */
export function requireOpen({ completedAt, expiresAt }: UploadRow, now: Date): void {
  if (completedAt !== null) throw new ProblemError('upload_completed');
  if (expiresAt <= now) throw new ProblemError('upload_expired');
}

/** A part that was cut off, or is another's length, has to be sent again. */
export function isWhole(plan: PartPlan, { partNumber, sizeBytes }: StoredPart): boolean {
  return partNumber <= partCountOf(plan) && sizeBytes === sizeOfPart(plan, partNumber);
}

/** @throws ProblemError `upload_completed` or `upload_expired` where the bucket takes no more parts */
export async function presentUpload({ storage }: ApiServices, upload: UploadRow): Promise<Upload> {
  const { id, videoId, key, sizeBytes, contentType, expiresAt } = upload;
  if (videoId === null) throw new Error(`Upload ${id} is of no video`);
  const common = { id, videoId, sizeBytes, expiresAt: expiresAt.toISOString() };
  const multipart = multipartOf(upload);
  if (multipart === null) {
    return { ...common, method: 'single', request: await storage.presignObject(key, sizeBytes, contentType) };
  }
  const stored = await storage.storedParts(multipart);
  if (stored === undefined) {
    // Put together, of which the catalog has yet to hear, or removed by the bucket.
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

/** @throws ProblemError where the upload takes no parts, or none of these numbers */
export async function presignParts(
  { storage, now }: ApiServices,
  upload: UploadRow,
  partNumbers: readonly number[],
): Promise<PartUrls> {
  requireOpen(upload, now());
  const multipart = multipartOf(upload);
  const count = multipart === null ? 0 : partCountOf(multipart);
  const errors = partNumbers.flatMap((partNumber, index) =>
    partNumber <= count ? [] : [{ pointer: `/partNumbers/${index}`, detail: `the upload has ${count} parts` }],
  );
  if (multipart === null || errors.length > 0) throw new ProblemError('invalid_request', { errors });
  const parts = await Promise.all(
    partNumbers.map(async (partNumber) => ({
      partNumber,
      request: await storage.presignPart(multipart, partNumber, sizeOfPart(multipart, partNumber)),
    })),
  );
  return { parts, expiresAt: new Date(now().getTime() + REQUEST_LIFETIME_SECONDS * 1000).toISOString() };
}
