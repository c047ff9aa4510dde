import type { UploadRow } from '../../../catalog/schema/index.ts';
import { recordUploadCompletion } from '../../../catalog/uploads/record-upload-completion.ts';
import { videoSchema } from '../../contracts/api/video.ts';
import { findOwnUpload } from '../find-upload-for.ts';
import { presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { uploadParameters } from '../path-parameters.ts';
import { partCountOf } from '../plan-parts.ts';
import { isWhole, multipartOf, type MultipartRow } from '../present-upload.ts';
import { ProblemError } from '../problems.ts';
import type { ApiServices } from '../services.ts';
import type { StoredPart } from '../upload-storage.ts';

export const completeUploadOperation = defineOperation(
  {
    method: 'post',
    path: '/api/uploads/{uploadId}/complete',
    operationId: 'completeUpload',
    summary: 'Complete an upload whose bytes are all in the bucket',
    description: 'Assembles the stored parts. The operation is idempotent.',
    tags: ['Uploads'],
    access: 'uploader',
    request: { params: uploadParameters },
    responses: { 200: jsonResponse('The video of the upload', videoSchema) },
    problems: ['upload_not_found', 'upload_incomplete', 'upload_size_wrong', 'upload_expired'],
  },
  async (c) => {
    const { services, user } = c.var;
    const { upload, video } = await findOwnUpload(services, user, c.req.valid('param').uploadId);
    if (upload.completedAt === null) await assembleObject(services, upload);
    return c.json(await presentVideoFor(services, user, video.id), 200);
  },
);

/**
 * Assembles the object if it was sent in parts, checks that the bucket holds all of it, and records the completion.
 *
 * @throws ProblemError `upload_incomplete`, `upload_size_wrong` or `upload_expired`
 */
async function assembleObject(services: ApiServices, upload: UploadRow): Promise<void> {
  const { storage, database } = services;
  const multipart = multipartOf(upload);
  const stored = multipart === null ? undefined : await storage.listStoredParts(multipart);
  if (multipart !== null && stored !== undefined) {
    requireAllParts(multipart, stored);
    await storage.complete(multipart, stored);
  }
  await requireObject(services, upload);
  await recordUploadCompletion(database, upload.id);
}

/** Maximum number of parts that a problem names. */
const MAX_NAMED_PARTS = 20;

/** @throws ProblemError `upload_incomplete` or `upload_size_wrong` */
function requireAllParts(multipart: MultipartRow, stored: readonly StoredPart[]): void {
  const wrong = stored.filter((part) => !isWhole(multipart, part)).map(({ partNumber }) => partNumber);
  if (wrong.length > 0) {
    const numbers = wrong.slice(0, MAX_NAMED_PARTS).join(', ');
    throw new ProblemError('upload_size_wrong', { detail: `Send these parts again: ${numbers}.` });
  }
  const missing = partCountOf(multipart) - stored.length;
  if (missing > 0) throw new ProblemError('upload_incomplete', { detail: `Parts not yet received: ${missing}.` });
}

async function requireObject({ storage, now }: ApiServices, upload: UploadRow): Promise<void> {
  const stored = await storage.find(upload.key);
  if (stored === undefined) throw new ProblemError(upload.expiresAt <= now() ? 'upload_expired' : 'upload_incomplete');
  if (stored.sizeBytes !== upload.sizeBytes) throw new ProblemError('upload_size_wrong');
}
