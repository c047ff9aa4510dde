import type { UploadRow } from '../../../catalog/schema/index.ts';
import { recordUploadCompletion } from '../../../catalog/uploads/record-upload-completion.ts';
import { replaceMultipart } from '../../../catalog/uploads/replace-multipart.ts';
import { videoSchema } from '../../contracts/api/video.ts';
import { findOwnUpload } from '../find-upload-for.ts';
import { presentVideoFor } from '../find-video-for.ts';
import { defineOperation, jsonResponse } from '../operation.ts';
import { uploadParameters } from '../path-parameters.ts';
import { partCountOf } from '../plan-parts.ts';
import { isWhole, multipartOf, type MultipartRow } from '../present-upload.ts';
import { ProblemError } from '../problems.ts';
import type { ApiServices } from '../services.ts';
import type { StoredObject, StoredPart } from '../upload-storage.ts';

export const completeUploadOperation = defineOperation(
  {
    method: 'post',
    path: '/api/uploads/{uploadId}/complete',
    operationId: 'completeUpload',
    summary: 'Complete an upload whose bytes are all in the bucket',
    description:
      'Assembles the stored parts, and compares the object with the declared size. The operation is idempotent. If another ' +
      'request conflicted with the assembly, the problem `upload_incomplete` says that all parts are missing again.',
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
    else await verifyRegistered(services, upload);
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
    const assembly = await storage.complete(multipart, stored);
    if (assembly === 'conflict') await startAgain(services, upload, multipart);
    // The parts of an object that already existed are still stored, and can no longer be assembled.
    if (assembly !== 'ended') await storage.abort(multipart);
    await requireObject(services, upload);
  } else await requireObject(services, upload);
  await recordUploadCompletion(database, upload.id);
}

/**
 * Replaces the multipart upload after a conflict, unless the conflict was with a completion that stored the whole file.
 *
 * @throws ProblemError `upload_incomplete`
 */
async function startAgain({ storage, database }: ApiServices, upload: UploadRow, conflicting: MultipartRow): Promise<void> {
  if ((await storage.find(upload.key))?.sizeBytes === upload.sizeBytes) return;
  const next = await storage.createMultipart(upload.key, upload.contentType);
  const replaced = await replaceMultipart(database, { uploadId: upload.id, from: conflicting.uploadId, to: next.uploadId });
  await storage.abort(replaced ? conflicting : next);
  throw new ProblemError('upload_incomplete', {
    detail: `Another request conflicted with the assembly. Parts not yet received: ${partCountOf(conflicting)}.`,
  });
}

/**
 * Checks an upload whose object the chain has registered, whoever wrote it, and aborts what is left of its parts. An object
 * that was removed since then is no fault of the upload.
 *
 * @throws ProblemError `upload_size_wrong`
 */
async function verifyRegistered({ storage }: ApiServices, upload: UploadRow): Promise<void> {
  const multipart = multipartOf(upload);
  const [stored] = await Promise.all([storage.find(upload.key), multipart && storage.abort(multipart)]);
  if (stored !== undefined) requireSize(stored, upload);
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
  requireSize(stored, upload);
}

/** @throws ProblemError `upload_size_wrong` */
function requireSize(stored: StoredObject, { sizeBytes }: UploadRow): void {
  if (stored.sizeBytes !== sizeBytes) throw new ProblemError('upload_size_wrong');
}
